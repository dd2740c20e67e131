import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256 } from '#domain/seal/digest.ts';
import { parseNote } from '#ledger/log/note.ts';
import { newAccessId, openAccessLog } from '#projections/logs/accessRecords.ts';
import { eventually } from '#test/eventually.ts';
import { type GatewayNode, openGatewayNode } from '#test/gatewayNode.ts';
import { buildLogcheck } from './logcheck.ts';

const minutes = 60_000;
let home: string;
let node: GatewayNode;
let logcheck: ReturnType<typeof buildLogcheck>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'plinth-served-'));
  logcheck = buildLogcheck(home);
  node = await openGatewayNode();
}, 10 * minutes);
afterAll(async () => {
  await node.close();
  await rm(home, { recursive: true });
});

const get = async (path: string, token?: string) => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${node.url}/log/${path}`, { headers });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

/** What a reader is told to trust: name and keys of a log. */
async function trusted(log = ''): Promise<readonly string[]> {
  const [key = '', ...cosigners] = (await get(`${log}keys`)).text.trimEnd().split('\n');
  return ['-origin', key.split('+')[0] ?? '', '-key', key, '-cosigners', cosigners.join(',')];
}

async function saved(name: string, text: string): Promise<string> {
  const file = join(home, name);
  await writeFile(file, text);
  return file;
}

describe('a node that has just begun', () => {
  it('soon serves a checkpoint that two agencies have signed', async () => {
    await eventually(async () => {
      const { status, type, text } = await get('checkpoint');
      expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
      expect(parseNote(text).signatures.length).toBeGreaterThanOrEqual(3); // as the log, and two cosigners
    });
    expect(await (await fetch(`${node.url}/ready`)).json()).toMatchObject({ ready: true, log: 'ready' });
  });

  it('is accepted whole by Tessera and by Go’s tlog, asked by an auditor', async () => {
    const authorization = `Bearer ${node.tokens.auditor}`;
    const args = ['-log', `${node.url}/log/`, '-authorization', authorization, '-cosigned', '2'];
    expect(await logcheck(...(await trusted()), ...args)).toEqual({
      code: 0,
      said: expect.stringMatching(/^accepted: \d+ entries, root /),
    });
  });
});

describe('the proof of an event', () => {
  const place = 'stream=agency-civil-registry&version=1';

  it('is accepted by Go’s tlog for the event as it stands, and for no other', async () => {
    const [proof, entry] = [
      await get(`proof?${place}`, node.tokens.auditor),
      await get(`entry?${place}`, node.tokens.auditor),
    ];
    expect(JSON.parse(entry.text)).toMatchObject({
      type: 'AgencyAdmitted',
      stream: 'agency-civil-registry',
      version: 1,
    });
    expect(Buffer.byteLength(proof.text)).toBeLessThanOrEqual(2048);
    const args = [...(await trusted()), '-cosigned', '2', '-proof', await saved('proof', proof.text), '-entry'];
    expect(await logcheck(...args, await saved('entry', entry.text))).toMatchObject({ code: 0 });
    const other = entry.text.replace('civil-registry', 'civil-registrz');
    expect(await logcheck(...args, await saved('other', other))).toMatchObject({ code: 1 });
  });

  it('is given to nobody but the person and auditors', async () => {
    const own = `identity-somebody`;
    expect((await get(`proof?${place}`)).status).toBe(401);
    for (const token of [node.tokens.clinic, await node.officer('registrar'), await node.resident('somebody')])
      for (const what of ['proof', 'entry']) expect((await get(`${what}?${place}`, token)).status).toBe(403);
    expect((await get(`proof?stream=${own}&version=1`, await node.resident('somebody'))).status).toBe(404); // own, but not there
    expect((await get(`proof?stream=${own}&version=1`, await node.resident('else'))).status).toBe(403);
  });

  it.each(['', 'stream=x', 'stream=agency-x&version=0', 'stream=agency-x&version=1e3', `${place}&more=1`])(
    'is not asked for with %j',
    async (query) => {
      expect((await get(`proof?${query}`, node.tokens.auditor)).status).toBe(400);
    },
  );
});

describe('the tiles', () => {
  it('of hashes are for everybody, those of entries for members and auditors', async () => {
    expect(await get('tile/0/000.p/3')).toMatchObject({ status: 200, type: 'application/octet-stream' });
    expect((await get('tile/entries/000.p/3')).status).toBe(401);
    expect((await get('tile/entries/000.p/3', node.tokens.clinic)).status).toBe(403);
    expect((await get('tile/entries/000.p/3', await node.resident('somebody'))).status).toBe(403);
    expect((await get('tile/entries/000.p/3', await node.officer('registrar'))).status).toBe(200);
  });

  it.each(['tile/0/001', 'tile/0/0', 'tile/7/000', 'tile/0/..%2f000', 'tile/entries/999', 'tiles', '', 'access/x'])(
    'have none at %j',
    async (path) => {
      expect((await get(path, node.tokens.auditor)).status).toBe(404);
    },
  );

  it('are only read', async () => {
    expect((await fetch(`${node.url}/log/checkpoint`, { method: 'POST' })).status).toBe(405);
  });
});

describe('an access record', () => {
  it('is proved to the person, with its salt, and to nobody else', async () => {
    const accessId = newAccessId();
    const said = { party: 'clinic', purpose: 'AgeVerification', kind: 'identity' as const, decision: 'REFUSED' };
    const names = { requested: ['dateOfBirth'], released: [], withheld: [], at: '2026-03-01T12:00:00.000Z' };
    await openAccessLog(node.node.database, node.node.keystore).record('somebody', { accessId, ...said, ...names });
    const [person, query] = [await node.resident('somebody'), `access=${accessId}`];
    const [entry, proof] = [await get(`access/entry?${query}`, person), await get(`access/proof?${query}`, person)];
    expect(JSON.parse(entry.text)).toMatchObject({ accessId, ...said, salt: expect.any(String) });
    const commitment = Buffer.from(sha256(entry.text), 'base64url');
    await writeFile(join(home, 'commitment'), commitment);
    const args = ['-proof', await saved('access', proof.text), '-entry', join(home, 'commitment')];
    expect(await logcheck(...(await trusted('access/')), ...args)).toMatchObject({ code: 0 });

    for (const what of ['entry', 'proof']) {
      expect((await get(`access/${what}?${query}`)).status).toBe(401);
      expect((await get(`access/${what}?${query}`, node.tokens.clinic)).status).toBe(403);
      expect((await get(`access/${what}?${query}`, await node.resident('else'))).status).toBe(404);
    }
    expect((await get(`access/entry?${query}`, node.tokens.auditor)).status).toBe(403);
  });

  it('is then part of a log that the agency has anchored', async () => {
    await eventually(async () => {
      expect(parseNote((await get('access/checkpoint')).text).signatures).toHaveLength(2);
    }, 40_000);
    const args = ['-log', `${node.url}/log/access/`, '-authorization', `Bearer ${node.tokens.auditor}`];
    expect(await logcheck(...(await trusted('access/')), ...args, '-cosigned', '1')).toMatchObject({ code: 0 });
  });
});
