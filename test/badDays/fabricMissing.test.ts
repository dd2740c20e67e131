import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RefusedOutcome } from '#domain/envelope.ts';
import type { Committed } from '#ledger/ledger.ts';
import { getDescription, writeDescription } from '#network/description.ts';
import { fabricTools } from '#network/fabricTools.ts';
import { startMissing } from '#network/nodes.ts';
import { networkUp } from '#network/up.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { findIdentity } from '#projections/models/identityDetails.ts';
import { startIngest, type Ingest } from '#projections/ingest/ingest.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { missingCounts } from '#projections/ingest/missing.ts';
import { openAttributes } from '#projections/keys/opening.ts';
import type { Database } from '#projections/postgres/database.ts';
import { openTestDatabase } from '#projections/testing/testNode.ts';
import { ensureTransportKey } from '#projections/keys/transportKeys.ts';
import { eventually } from '#test/eventually.ts';
import { openTestNetwork, type TestNetwork } from '#test/network/testNetwork.ts';
import { order, registration, type AgencyName } from '#test/registry.ts';

type Node = { readonly database: Database; readonly keystore: Keystore; readonly ingest: Ingest };

let folder = '';
let network: TestNetwork;
let writer: Node;
let late: Node;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-missing-'));
  network = await openTestNetwork();
  [writer, late] = [await openNode('civil-registry'), await openNode('social-protection')];
}, 600_000);
afterAll(async () => {
  for (const { ingest, database } of [writer, late]) {
    await ingest.stop();
    await database.close();
  }
  await network.close();
  await rm(folder, { recursive: true });
}, 120_000);

async function openNode(agency: AgencyName): Promise<Node> {
  const keys = join(folder, agency);
  await mkdir(keys);
  await writeFile(join(keys, 'transport.json'), JSON.stringify({ epoch: 1, ...network.people[agency].transport }));
  const [keystore, database] = [await openFileKeystore(keys, agency), await openTestDatabase()];
  return { keystore, database, ingest: startIngest({ keystore, database, ledger: network.open(agency) }) };
}

function killPeers(...names: readonly AgencyName[]): void {
  for (const { name, peer } of getDescription(network.options.directory).agencies)
    if (names.some((each) => each === name) && peer?.process !== undefined) process.kill(peer.process.pid, 'SIGKILL');
}

/** Starts the peer of one agency again and of no other. */
async function startPeer(agency: AgencyName): Promise<void> {
  const { directory } = network.options;
  const programs = { bin: await fabricTools(() => undefined), chaincodes: {} };
  const description = getDescription(directory);
  const own = description.agencies.filter(({ name }) => name === agency);
  const [started] = startMissing(programs, directory, { ...description, agencies: own }).agencies;
  const agencies = description.agencies.map((each) => (each.name === agency && started !== undefined ? started : each));
  writeDescription(directory, { ...description, agencies });
}

const surname = [{ language: 'eng', value: 'Lovelace' }];
const valuesAt = async ({ database, keystore }: Node, identity: string) => {
  const opened = await openAttributes(database, keystore, identity);
  return Object.fromEntries([...opened].map(([name, { value }]) => [name, value]));
};

describe("an agency whose peer was down when a person's values were written", () => {
  it('lists them while no member can send them, and serves what others serve as soon as one does', async () => {
    killPeers('social-protection');
    const submission = registration(network.people['civil-registry'].signer, { surname });
    const identity = submission.command.stream.slice('identity-'.length);
    const { block } = standing(await network.open('civil-registry').submit(submission));
    await writer.ingest.reached(block);
    killPeers('civil-registry', 'election-office');
    await startPeer('social-protection');

    await eventually(async () => expect(await findIdentity(late.database, identity)).toBeDefined(), 120_000);
    const listed = [{ class: 'identification', reason: 'ERR_ENTRY_MISSING', count: 1 }];
    expect(await missingCounts(late.database)).toEqual(listed);
    expect(await valuesAt(late, identity)).toEqual({});

    await networkUp(network.options);
    await eventually(async () => expect(await missingCounts(late.database)).toEqual([]), 120_000);
    expect(await valuesAt(late, identity)).toMatchObject({ surname });
    expect(await valuesAt(late, identity)).toEqual(await valuesAt(writer, identity));
  }, 400_000);
});

describe('an agency whose transport key is rotated while its node runs', () => {
  it('opens what is sealed for the new key as it opens what was sealed for the former', async () => {
    const { signer } = network.people['social-protection'];
    const ledger = network.open('social-protection');
    const stream = 'agency-social-protection';
    const { epoch, publicKey } = await ensureTransportKey(join(folder, 'social-protection'), 2);
    const seen = (await ledger.head(stream))?.version ?? 0;
    const rotation = { stream, type: 'RotateTransportKey', data: { epoch, key: publicKey }, seen };
    standing(await ledger.submit(order(rotation, { signer })));
    const submission = registration(signer, { surname });
    const { block } = standing(await ledger.submit(submission));
    await late.ingest.reached(block);
    expect(await valuesAt(late, submission.command.stream.slice('identity-'.length))).toMatchObject({ surname });
    expect(await missingCounts(late.database)).toEqual([]);
  }, 120_000);
});

function standing(answer: Committed | RefusedOutcome): Committed {
  if ('refused' in answer) throw new Error(`refused: ${answer.refused}`);
  return answer;
}
