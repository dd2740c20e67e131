import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plinth, startNode } from '#test/e2e/plinth.ts';

let folder = '';
let occupant: Server;
let port = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-refusals-'));
  occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  ({ port } = occupant.address() as AddressInfo); // it listens on TCP
});
afterAll(async () => {
  occupant.close();
  await rm(folder, { recursive: true });
});

const run = (...args: readonly string[]) =>
  plinth({ environment: { PLINTH_DATA: join(folder, 'data'), PORT: String(port) }, options: [] }, ...args);

describe('a command that cannot be done', () => {
  it('rebuilds nothing where no node has been', async () => {
    await expect(run('rebuild')).rejects.toThrow('ERR_SETTING: this node has never been started');
  });

  it('names the port that is taken and the way to another, without a stack', async () => {
    const refused = run('start', '--no-people');
    await expect(refused).rejects.toThrow(`ERR_SETTING: port ${port} is taken; PORT=${port + 1} npm start`);
    await expect(refused).rejects.not.toThrow('    at ');
    expect(existsSync(join(folder, 'data'))).toBe(false); // nothing was opened, let alone imported
  }, 60_000);

  it('names the file that it cannot import', async () => {
    await expect(run('import', 'nope.csv')).rejects.toThrow('ERR_FILE_NOT_FOUND: nope.csv: there is no such file');
  });

  it('lets no further agency enter an embedded ledger', async () => {
    await expect(run('enter', '--agency', 'tax-office')).rejects.toThrow('ERR_SETTING: an embedded ledger');
  });

  it('gives no token for a resident that nobody knows', async () => {
    const node = await startNode({ environment: { PLINTH_DATA: join(folder, 'data') }, options: [] }, '--no-people');
    await node.kill('SIGTERM');
    await expect(run('token', 'resident', 'nobody')).rejects.toThrow('no resident nobody; there are lachlan, deakin');
  }, 120_000);
});
