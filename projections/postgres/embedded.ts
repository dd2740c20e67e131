import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { writeOnce } from '../keys/writeOnce.ts';
import { claimDataFolder } from './dataFolder.ts';
import { freePort } from './freePort.ts';
import { findServerUser, nativeFolder, type ServerUser } from './serverUser.ts';

/** `directory` holds the password (0600) and the data. */
export type EmbeddedOptions = {
  readonly directory: string;
  readonly durable?: boolean;
  /** Finds a port on which nobody listens; asked again when somebody was faster. */
  readonly findPort?: () => Promise<number>;
};
export type EmbeddedPostgres = { readonly url: string; readonly stop: () => Promise<void> };

type Server = {
  readonly native: string;
  readonly data: string;
  readonly user: ServerUser | undefined;
  readonly port: number;
  readonly durable: boolean;
};

/** Starts PostgreSQL from the npm package on a free port of 127.0.0.1, and starts it again should it die. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { directory, durable = true, findPort = freePort } = options;
  await mkdir(directory, { recursive: true });
  await writeOnce(join(directory, 'password'), () => randomBytes(24).toString('base64url'));
  const password = await readFile(join(directory, 'password'), 'utf8');
  const user = await findServerUser();
  const native = await nativeFolder(user);
  const data = join(directory, 'data');
  const release = await claimDataFolder(directory, data);
  try {
    await initialise({ native, data, user, durable }, password);
    const server = await startOnFreePort({ native, data, user, durable }, findPort);
    return {
      url: `postgresql://plinth:${password}@127.0.0.1:${server.port}/postgres`,
      stop: async () => {
        await server.stop();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

// As another user than root the server may be unable to walk the path to its own data, but it can stand in them.
function dataPath(data: string, user: ServerUser | undefined): string {
  return user === undefined ? data : '/proc/self/cwd';
}

async function initialise({ native, data, user, durable }: Omit<Server, 'port'>, password: string): Promise<void> {
  if (await exists(join(data, 'PG_VERSION'))) return;
  const draft = `${data}.new`; // renamed when it is whole: a kill in the middle leaves no half cluster under the real name
  const passwordFile = `${data}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) await Promise.all([draft, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  const flags = ['--username=plinth', '--auth=scram-sha-256', '--locale=C', '--encoding=UTF8'];
  if (!durable) flags.push('--no-sync');
  await using secret = await open(passwordFile);
  try {
    await runInitdb({ native, data: draft, user }, flags, secret.fd);
    await rename(draft, data);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

type Place = Pick<Server, 'native' | 'data' | 'user'>;

async function runInitdb({ native, data, user }: Place, flags: readonly string[], password: number): Promise<void> {
  const program = join(native, 'bin', 'initdb');
  await chmod(program, 0o755);
  const args = [`--pgdata=${dataPath(data, user)}`, '--pwfile=/dev/fd/3', ...flags];
  const child = spawn(program, args, { ...user, cwd: data, stdio: ['ignore', 'ignore', 'pipe', password] });
  const stderr = lastWords(child);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`initdb failed: ${stderr()}`);
}

const mostPorts = 10;

/** Before the server listens on the port that was found, another program may: an outgoing connection is enough. */
async function startOnFreePort(place: Omit<Server, 'port'>, findPort: () => Promise<number>) {
  for (let tried = 1; ; tried += 1) {
    const port = await findPort();
    try {
      return { port, stop: await keepRunning({ ...place, port }) };
    } catch (error) {
      if (!(error instanceof PortTaken) || tried === mostPorts) throw error;
    }
  }
}

class PortTaken extends Error {}

async function keepRunning(server: Server): Promise<() => Promise<void>> {
  let child = await launch(server);
  let stopping = false;
  let reviving = Promise.resolve();
  const watch = () =>
    child.once('exit', () => {
      reviving = revive();
    });
  const revive = async (): Promise<void> => {
    for (let wait = 100; !stopping; wait = Math.min(2 * wait, 5000)) {
      try {
        child = await launch(server);
        watch();
        return;
      } catch {
        await pause(wait); // callers see the outage; each attempt here is one more chance to end it
      }
    }
  };
  watch();
  const killAtExit = () => void child.kill('SIGINT');
  process.once('exit', killAtExit);
  return async () => {
    stopping = true;
    process.off('exit', killAtExit);
    await reviving;
    await ended(child);
  };
}

/** SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, everything committed is on disk. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await gone;
}

// No socket file, no statement texts in the log: they would carry values.
const always = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=50', 'jit=off'];
const discreet = ['log_min_error_statement=panic', 'log_error_verbosity=terse', 'log_statement=none'];
const forgetful = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

async function launch({ native, data, user, port, durable }: Server): Promise<ChildProcess> {
  const program = join(native, 'bin', 'postgres');
  await chmod(program, 0o755);
  const settings = [...always, ...discreet, ...(durable ? [] : forgetful)].flatMap((setting) => ['-c', setting]);
  // In a session of its own, so that Ctrl-C reaches the node alone and the node shuts down in order.
  const child = spawn(program, ['-D', dataPath(data, user), '-p', String(port), ...settings], {
    ...user,
    cwd: data,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stderr = lastWords(child);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      const Fault = /could not bind .*: Address already in use/.test(stderr()) ? PortTaken : Error;
      reject(new Fault(`postgres did not start: ${stderr()}`));
    });
    child.stderr.on('data', () => {
      if (stderr().includes('ready to accept connections')) resolve();
    });
  });
  return child;
}

function lastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-2000);
  });
  return () => text;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
