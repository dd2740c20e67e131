import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded.ts';
import { freePort } from './freePort.ts';

describe('an embedded PostgreSQL', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'plinth-embedded-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const start = () => startEmbeddedPostgres({ directory, durable: false });

  it('keeps its data through a restart, and its password to its owner', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start();
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await second.stop();
    expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600);
  });

  it('listens on this machine only, and refuses a wrong password', async () => {
    const server = await start();
    expect(await query(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    const stranger = new URL(server.url);
    stranger.password = 'guess';
    await expect(query(stranger.href, 'select 1')).rejects.toThrow('password authentication failed');
    await server.stop();
  });

  it('takes another port when somebody was faster', async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const { port: taken } = other.address() as AddressInfo; // it listens on TCP
    const ports = [taken, taken, undefined];
    const findPort = async () => ports.shift() ?? (await freePort());
    try {
      const server = await startEmbeddedPostgres({ directory, durable: false, findPort });
      expect(await query(server.url, 'select 1 as answer').finally(server.stop)).toEqual([{ answer: 1 }]);
      expect(ports).toEqual([]);
    } finally {
      other.close();
    }
  });

  it('comes back when its server is killed', async () => {
    const server = await startEmbeddedPostgres({ directory });
    await query(server.url, 'create table kept as select 42 as answer');
    process.kill(await serverPid(directory), 'SIGKILL');
    await until(async () => (await query(server.url, 'select answer from kept')).length === 1);
    await server.stop();
  });

  it('belongs to one node at a time', async () => {
    const server = await start();
    const second = start();
    await expect(second).rejects.toThrow('ERR_DATABASE_IN_USE');
    await expect(second).rejects.toThrow(`kill ${process.pid}`);
    await server.stop();
  });

  it('starts after its node was killed, taking over from the server that was left running', async () => {
    const node = startInAnotherProcess(directory);
    const { url } = await firstLine(node);
    await query(url, 'create table kept as select 42 as answer');
    const orphan = await serverPid(directory);
    const killed = new Promise((resolve) => node.once('exit', resolve));
    node.kill('SIGKILL');
    await killed;
    const server = await start();
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await serverPid(directory)).not.toBe(orphan);
    await server.stop();
  });
});

async function query(url: string, text: string): Promise<readonly object[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<object>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function serverPid(directory: string): Promise<number> {
  return Number.parseInt(await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8'));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds().catch(() => false)) return;
    await pause(50);
  }
  throw new Error('it never came to pass');
}

function startInAnotherProcess(directory: string): ChildProcess {
  const module = join(import.meta.dirname, 'embedded.ts');
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(module)};
    const { url } = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)}, durable: false });
    console.log(JSON.stringify({ url }));`;
  return spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine(child: ChildProcess): Promise<{ readonly url: string }> {
  const line = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (chunk: Buffer) => resolve(String(chunk))),
  );
  return JSON.parse(line) as { url: string }; // written by the script above
}
