import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { blocksOfFile } from '#cli/audit/blockFiles.ts';
import { addAgency } from '#network/addAgency.ts';
import { fabricTools } from '#network/fabricTools.ts';
import { getDescription } from '#network/description.ts';
import { layoutOf } from '#network/layout.ts';
import { openTestNetwork, type TestNetwork } from '#test/network/testNetwork.ts';
import { agencies, registration, type AgencyName } from '#test/registry.ts';
import { runToEnd, type Ended } from '#test/runToEnd.ts';
import { describeChangingOrderers } from './changingOrderers.ts';

const minutes = 60_000;
const plinth = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

let network: TestNetwork;
let home: string;

const run = (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runToEnd(program, args, { cwd: home, env });

const audit = (...args: readonly string[]): Promise<Ended> =>
  run(process.execPath, [plinth, 'audit', ...args], {
    PLINTH_NETWORK: network.options.directory,
  });

const chainOf = (root: string): string => join(root, 'ledgersData', 'chains', 'chains', 'plinth');
const storeOf = (agency: AgencyName): string => chainOf(layoutOf(network.options.directory).agency(agency).peer.data);

/** A peer's blocks in a folder of their own, as they lie on its disk. */
async function copyOf(agency: AgencyName, name: string): Promise<string> {
  const root = join(home, name);
  await cp(storeOf(agency), chainOf(root), { recursive: true });
  return root;
}

/** Changes one byte of the last transaction of a block. */
async function damage(root: string, number: number): Promise<void> {
  const file = join(chainOf(root), 'blockfile_000000');
  const blocks: Uint8Array[] = [];
  for await (const block of blocksOfFile(file)) blocks.push(block);
  const envelopes = common.Block.deserializeBinary(blocks[number] ?? new Uint8Array())
    .getData()
    ?.getDataList_asU8();
  const envelope = envelopes?.at(-1) ?? new Uint8Array();
  const bytes = await readFile(file);
  const at = bytes.indexOf(envelope) + envelope.length - 20; // within the creator's signature
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(file, bytes);
}

type HashCheck = { readonly code: number; readonly bad: readonly number[] };

/** What Fabric's own tool says of a store, and of which blocks. */
async function ledgerutil(root: string): Promise<HashCheck> {
  const tools = await fabricTools(() => undefined);
  const output = `${root}-result`;
  await mkdir(output);
  const { code } = await run(join(tools, 'ledgerutil'), ['verify', root, '-o', output]);
  const [folder = ''] = await readdir(output);
  const found = JSON.parse(await readFile(join(output, folder, 'blocks.json'), 'utf8')) as { blockNum: number }[]; // its own format
  return { code, bad: found.map(({ blockNum }) => blockNum) };
}

beforeAll(async () => {
  network = await openTestNetwork();
  home = dirname(network.options.directory);
  const ledger = network.open('civil-registry');
  const { signer } = network.people['civil-registry'];
  for (let people = 0; people < 5; people += 1) await ledger.submit(registration(signer));
}, 10 * minutes);

afterAll(() => network.close());

describe('an auditor of a running network', () => {
  it('verifies what a peer has with a client certificate alone, and learns who agreed on which code', async () => {
    const { packages } = getDescription(network.options.directory);
    const before = await readdir(layoutOf(network.options.directory).agency('audit-office').keystore).catch(() => []);
    const { code, said } = await audit('verify', '--ledger', 'fabric', '--package', packages['registry'] ?? '');
    expect([code, said.trim().split('\n').at(-1)]).toEqual([0, 'good']);
    const all = [...agencies].join(', ');
    expect(said).toMatch(new RegExp(`code +registry 1 .* approved by ${all}; package at ${all}`));
    expect(await readdir(layoutOf(network.options.directory).agency('audit-office').keystore).catch(() => [])).toEqual(
      before,
    );
  });

  it('is told that nobody runs another package', async () => {
    const { said } = await audit('verify', '--ledger', 'fabric', '--package', 'registry_other:00');
    expect(said).toContain('package at none of them');
  });

  it('finds all peers alike', async () => {
    const { code, said } = await audit('follow', '--once', '--ledger', 'fabric');
    expect([code, said]).toEqual([0, expect.stringContaining('followed to block')]);
    expect(said).not.toContain('not looked at');
  });

  it('asks the others when a peer is none', async () => {
    const { code, said } = await audit('verify', '--ledger', 'fabric', '--peers', 'audit-office');
    expect([code, said]).toEqual([1, expect.stringContaining('ERR_SETTING: none of audit-office has a peer')]);
  });
});

describe("a peer's block store", () => {
  it("is good to Fabric's own tool and to ours", async () => {
    const root = await copyOf('election-office', 'good');
    expect(await ledgerutil(root)).toEqual({ code: 0, bad: [] });
    expect(await audit('verify', '--from', chainOf(root))).toMatchObject({ code: 0 });
  });

  it('that is damaged is bad to both, in the same block', async () => {
    for (const number of [3, 9]) {
      const root = await copyOf('election-office', `damaged-${number}`);
      await damage(root, number);
      expect(await ledgerutil(root)).toEqual({ code: 1, bad: [number] });
      const { code, said } = await audit('verify', '--from', chainOf(root));
      expect([code, said.trim().split('\n').at(-1)]).toEqual([
        1,
        `BAD: ERR_LEDGER_BAD in block ${number}: its transactions are not those of its header (data hash)`,
      ]);
    }
  });
});

describe('a network that took in two agencies, one of them to endorse', () => {
  beforeAll(async () => {
    const { directory, repository } = network.options;
    await addAgency(directory, { name: 'health-office', endorse: true, snapshot: false, repository });
    await addAgency(directory, { name: 'tax-office', endorse: false, snapshot: true, repository });
    await network.open('civil-registry').submit(registration(network.people['civil-registry'].signer));
  }, 10 * minutes);

  it('is followed through its configurations, with the signatures of their administrators', async () => {
    const { code, said } = await audit('verify', '--ledger', 'fabric', '--peers', 'health-office');
    expect([code, said.trim().split('\n').at(-1)]).toEqual([0, 'good']);
    expect(said).toMatch(/and [3-9] configurations among them/);
    expect(said).toMatch(/, [1-9]\d* of administrators/);
  });

  it('shows under which definition the new agency endorses, and that it approved it', async () => {
    const { said } = await audit('verify', '--ledger', 'fabric');
    expect(said).toMatch(/code +registry 2 .* approved by .*health-office/);
  });

  it('has a peer without history, which is named as such, from the network and from its disk', async () => {
    const { code, said } = await audit('verify', '--ledger', 'fabric', '--peers', 'tax-office');
    expect([code, said]).toEqual([1, expect.stringContaining('ERR_NO_HISTORY: the peer of tax-office')]);
    const store = chainOf(layoutOf(network.options.directory).agency('tax-office').peer.data);
    expect(await audit('verify', '--from', store)).toMatchObject({
      code: 1,
      said: expect.stringContaining('ERR_NO_HISTORY: block 0'),
    });
  });

  it('is compared with the peers that have its history; the other one is said to have been left out', async () => {
    const { code, said } = await audit('follow', '--once', '--ledger', 'fabric');
    expect([code, said]).toEqual([0, expect.stringContaining('not looked at: tax-office: ERR_NO_HISTORY')]);
  });
});

describeChangingOrderers(() => network);
