import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openEmbeddedLedger, type EmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import { checkpointText } from '#ledger/log/checkpoint.ts';
import { cosign, cosignerVerifier } from '#ledger/log/cosignature.ts';
import { logKeyOf } from '#ledger/log/logKey.ts';
import { logVerifier } from '#ledger/log/logSignature.ts';
import { accessOriginOf, cosignerNameOf } from '#ledger/log/origin.ts';
import { checkProof } from '#ledger/log/proofFile.ts';
import { leafHash } from '#ledger/log/treeHash.ts';
import { found } from '#test/agreement.ts';
import { eventually } from '#test/eventually.ts';
import { type AgencyName, agencies, channel, newAgencies, order, schema } from '#test/registry.ts';
import { findAccessIndex, accessCommitment, keptAccessLog } from './accessTree.ts';
import { findAccessEntry, newAccessId, openAccessLog } from './accessRecords.ts';
import { type Anchoring, type AnchoringStatus, startAnchoring } from './anchoring.ts';
import { findAnchorsAt, findNewestAnchors } from '../models/anchors.ts';
import { openFileKeystore } from '../keys/fileKeystore.ts';
import { type Ingest, startIngest } from '../ingest/ingest.ts';
import { rootAt } from './keptTree.ts';
import type { Keystore } from '../keys/keystore.ts';
import { ensureLogOrigin } from './logOrigin.ts';
import { findProof } from './logProof.ts';
import type { NodeLog } from './nodeLog.ts';
import type { Database } from '../postgres/database.ts';
import { findLeaf, findLeafIndex, findLogEnd, registryTree } from '../models/registryLog.ts';
import { findCheckpoint, keptRegistryLog, noteOf } from './signedCheckpoint.ts';
import { openTestDatabase } from '../testing/testNode.ts';

const all = newAgencies();
const keys = agencies.map((agency, index) => ({ agency, key: logKeyOf(Buffer.alloc(32, index + 1)) }));
const pace = { every: 1, heartbeat: 3600 };

describe('three agencies that keep the registry log', () => {
  let folder: string;
  let ledger: EmbeddedLedger;
  let database: Database;
  let keystore: Keystore;
  let ingest: Ingest;
  let origin: string;
  let settled: number;
  const anchorings = new Map<AgencyName, Anchoring>();
  const told: { readonly agency: AgencyName; readonly status: AnchoringStatus }[] = [];

  const logOf = (agency: AgencyName): NodeLog => {
    const key = keys.find((each) => each.agency === agency)?.key;
    if (key === undefined) throw new Error(`no key of ${agency}`);
    return { agency, key, origin: () => Promise.resolve(origin) };
  };
  const start = (agency: AgencyName) => {
    const anchoring = startAnchoring({
      ...{ database, ledger: ledger.as(agency), log: logOf(agency), pace, withAccesses: agency === 'civil-registry' },
      onStatus: (status) => void told.push({ agency, status }),
    });
    anchorings.set(agency, anchoring);
    return anchoring;
  };
  const parts = () => ({ database, log: logOf('civil-registry') });
  const trust = (name = origin) => ({
    origin: name,
    verifiers: keys.flatMap(({ agency, key: { publicKey } }) => [
      logVerifier(name, { agency, publicKey }),
      cosignerVerifier(cosignerNameOf(origin, agency), { agency, publicKey }),
    ]),
    agencies: 2,
  });
  const anchor = (agency: AgencyName, size: number, root: Uint8Array, signer = agency) => {
    const text = checkpointText({ origin, size, root });
    const { time, signature } = cosign(text, logOf(signer).key, 1_790_000_000);
    const cosignature = { time, signature: Buffer.from(signature).toString('base64url') };
    const data = { log: 'registry', size, root: Buffer.from(root).toString('base64url'), cosignature };
    return ledger.as(agency).submit(order({ stream: `anchor-${agency}`, type: 'AnchorTree', data }));
  };
  const notesOfNewest = async () => {
    const checkpoint = await findCheckpoint(parts(), keptRegistryLog, 0);
    return checkpoint === undefined ? '' : noteOf(checkpoint);
  };
  const anchoredSizes = async () => {
    const newest = await findNewestAnchors(database, 'registry');
    return newest.filter(({ agency }) => agency !== 'social-protection').map(({ size }) => size);
  };
  const endSize = async () => (await findLogEnd(database))?.size ?? 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plinth-anchoring-'));
    ledger = await openEmbeddedLedger({
      ...{ directory: join(folder, 'ledger'), channel, agency: 'civil-registry', agencies },
      ...{ endorsement: { agencies, required: 2 }, classes: schema.classes },
      registryKeyOf: () => new Uint8Array(32).fill(3),
    });
    await found(all, (submission, agency) => ledger.as(agency).submit(submission));
    await writeFile(join(folder, 'transport.json'), JSON.stringify({ epoch: 1, ...all['civil-registry'].transport }));
    keystore = await openFileKeystore(folder, 'civil-registry');
    database = await openTestDatabase();
    ingest = startIngest({ database, ledger, keystore });
    origin = await ensureLogOrigin(database, ledger);
  });
  afterAll(async () => {
    await Promise.all([...anchorings.values()].map(({ stop }) => stop()));
    await ingest.stop();
    await database.close();
    await ledger.close();
    await rm(folder, { recursive: true });
  });

  it('name it after channel and first block, and keep the name', async () => {
    expect(origin).toMatch(/^registry\.plinth\/plinth\/[0-9a-f]{16}$/);
    const deaf = { status: () => Promise.reject(new Error('away')), blocks: ledger.blocks };
    expect(await ensureLogOrigin(database, deaf)).toBe(origin);
  });

  it('anchor nothing before the ledger knows their keys', async () => {
    const anchoring = start('civil-registry');
    await eventually(() => expect(anchoring.status().state).toBe('unknown-key'));
    expect(await findNewestAnchors(database, 'registry')).toEqual([]);
  });

  it('gather their signatures under one checkpoint', async () => {
    for (const { agency, key } of keys) {
      const data = { key: key.publicKey };
      const rotation = { stream: `agency-${agency}`, type: 'RotateLogKey', data };
      await ledger.as(agency).submit(order(rotation, { signer: all[agency].signer }));
    }
    start('election-office');
    await eventually(async () => {
      const checkpoint = await findCheckpoint(parts(), keptRegistryLog, 0);
      expect(checkpoint?.cosigned).toHaveLength(2);
    });
    expect(anchorings.get('civil-registry')?.status()).toEqual({ state: 'running', faults: [] });
    [settled = 0] = await anchoredSizes();
    expect(await anchoredSizes()).toEqual([settled, settled]);
  });

  it('prove any event to anybody who knows two of their keys', async () => {
    for (const stream of ['agency-civil-registry', 'agency-election-office']) {
      const [leaf, index] = await Promise.all([findLeaf(database, stream, 1), findLeafIndex(database, stream, 1)]);
      if (leaf === undefined || index === undefined) throw new Error(`${stream} is not in the log`);
      const proof = await findProof(parts(), keptRegistryLog, { index });
      const checked = checkProof(proof ?? '', leafHash(leaf), trust());
      expect(checked).toMatchObject({ index, agencies: ['civil-registry', 'election-office'] });
      expect(Buffer.byteLength(proof ?? '')).toBeLessThan(2048);
    }
  });

  it('have nobody join a root that their trees deny, and say so', async () => {
    const size = await endSize();
    const anchoring = anchorings.get('election-office');
    await anchor('social-protection', size, Buffer.alloc(32, 9));
    const fault = { agency: 'social-protection', size, code: 'ERR_ROOT_DISAGREES' };
    await eventually(() => expect(anchoring?.status().faults).toEqual([fault]));
    expect(told).toContainEqual({ agency: 'election-office', status: { state: 'running', faults: [fault] } });
    expect((await findAnchorsAt(database, 'registry', size)).map(({ agency }) => agency)).toEqual([
      'social-protection',
    ]);
    expect(await notesOfNewest()).not.toContain('social-protection');
  });

  it('see a size that the log never had, and a signature of another key', async () => {
    const anchoring = anchorings.get('election-office');
    const end = await endSize();
    const root = await rootAt(database.kysely, registryTree, end);
    await anchor('social-protection', end, root, 'civil-registry');
    await anchor('social-protection', end + 1000, root);
    const agency = 'social-protection';
    await eventually(() =>
      expect(anchoring?.status().faults.slice(1)).toEqual([
        { agency, size: end, code: 'ERR_COSIGNATURE_WRONG' },
        { agency, size: end + 1000, code: 'ERR_SIZE_UNREACHED' },
      ]),
    );
    expect(await notesOfNewest()).not.toContain('social-protection');
  });

  it('anchor their own access records, each of which is proved to whom it is about', async () => {
    const accessId = newAccessId();
    const access = { accessId, party: 'clinic', purpose: 'AgeVerification', kind: 'identity' as const };
    const rest = {
      requested: ['dateOfBirth'],
      released: [],
      withheld: [],
      decision: 'REFUSED',
      at: '2026-03-01T12:00:00.000Z',
    };
    await openAccessLog(database, keystore).record('somebody', { ...access, ...rest });
    await eventually(async () => {
      const [newest] = await findNewestAnchors(database, 'access');
      expect(newest).toMatchObject({ agency: 'civil-registry', size: 1 });
    });
    const index = await findAccessIndex(database, accessId);
    const record = await findAccessEntry(database, keystore, { accessId, identity: 'somebody' });
    expect(JSON.parse(record ?? '')).toMatchObject({ ...access, salt: expect.stringMatching(/^[\w-]{22}$/) });
    expect(await findAccessEntry(database, keystore, { accessId, identity: 'somebody-else' })).toBeUndefined();
    const proof = await findProof(parts(), keptAccessLog, { index: index ?? -1 });
    const name = accessOriginOf(origin, 'civil-registry');
    const leaf = leafHash(accessCommitment(record ?? ''));
    expect(checkProof(proof ?? '', leaf, { ...trust(name), agencies: 1 })).toMatchObject({ index: 0, size: 1 });
    expect(() => checkProof(proof ?? '', leafHash(accessCommitment('{}')), { ...trust(name), agencies: 1 })).toThrow(
      'ERR_NOT_INCLUDED',
    );
  });

  it('have said nothing again meanwhile, since nothing but anchors was new', async () => {
    expect(await endSize()).toBeGreaterThan(settled + 4);
    expect(await anchoredSizes()).toEqual([settled, settled]);
  });

  it('stop when their own tree is no longer the one they have anchored', async () => {
    const anchoring = anchorings.get('election-office');
    const good = await rootAt(database.kysely, registryTree, 3);
    await sql`
      update model.log_strips set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 0 and strip = 0
    `.execute(database.kysely);
    expect(await rootAt(database.kysely, registryTree, 3)).not.toEqual(good);
    await eventually(() => expect(anchoring?.status().state).toBe('contradicted'));
  });
});
