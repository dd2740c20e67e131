import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { blocksOfFile } from '#cli/audit/blockFiles.ts';
import { verifyBlocks } from '#ledger/verify/verifyBlocks.ts';
import { getAgency } from '#network/description.ts';
import { peerHeight } from '#network/heights.ts';
import { logOf } from '#test/blockLog.ts';
import { readBlocks } from '#test/conformance/blockBytes.ts';
import { configurationOf } from '#test/configuration.ts';
import { eventually } from '#test/eventually.ts';
import { runToEnd, type Ended } from '#test/runToEnd.ts';
import { deceive, deceived, type DeceivedPeer } from './deceivedPeer.ts';
import { falseBlocks, stored } from './falseBlocks.ts';
import type { Lie } from './lyingOrderer.ts';
import { ordererSigner } from './ordererSignatures.ts';
import { rogue, type Siege } from './siege.ts';

const plinth = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

function audit({ directory }: Siege, ...args: readonly string[]): Promise<Ended> {
  const place = { cwd: directory, env: { PLINTH_NETWORK: directory } };
  return runToEnd(process.execPath, [plinth, 'audit', ...args], place);
}

/** Number of blocks that an agency's peer has. */
async function heightOf(siege: Siege, agency: string): Promise<number> {
  const { channel } = siege.description();
  return peerHeight(getAgency(siege.description(), agency).peer?.operations ?? '', channel);
}

const heights = (siege: Siege) => Promise.all(['civil-registry', deceived].map((agency) => heightOf(siege, agency)));

/** Waits until the peer is as far as the others; answers how far. */
async function level(siege: Siege): Promise<number> {
  return eventually(async () => {
    const [own = 0, theirs] = await heights(siege);
    expect(theirs).toBe(own);
    return own;
  }, 60_000);
}

async function blocksOf(siege: Siege): Promise<readonly Uint8Array[]> {
  return (await readBlocks(siege.ledger('civil-registry'))).map(({ bytes }) => bytes);
}

/** The lies of the malicious agency's orderer, who has its own signing key as well. */
function liesOf(siege: Siege, [genesis = new Uint8Array(), ...blocks]: readonly Uint8Array[]): readonly Lie[] {
  const orderers = configurationOf(genesis).getGroupsMap().get('Orderer')?.getValuesMap().get('Orderers');
  const mapping = common.Orderers.deserializeBinary(orderers?.getValue_asU8() ?? new Uint8Array());
  const id =
    mapping
      .getConsenterMappingList()
      .find((each) => each.getMspId() === rogue)
      ?.getId() ?? 0;
  return falseBlocks({ id, signer: ordererSigner(siege.directory, rogue) }, blocks.at(-1) ?? genesis);
}

/** What every audit says of a ledger that holds the lie. */
const named: Readonly<Record<string, string>> = {
  'another transaction in it': 'its transactions are not those of its header (data hash)',
  'a flipped byte in it': 'its transactions are not those of its header (data hash)',
  'an old block in its place': 'is due',
  "another block under the true one's signatures": 'a signature that does not hold',
  'another block that it alone signed': '1 orderers signed, and 3 must',
  'another block that it signed three times': 'signed twice',
};

/** The peer that is lied to, and the block that the lies are about. */
type Deceit = { readonly peer: DeceivedPeer; readonly number: number; readonly lies: readonly Lie[] };

export function describeOrdererThatLies(siege: () => Siege): void {
  describe('an orderer that shows one peer another block', () => {
    let peer: DeceivedPeer | undefined;
    let deceit: Deceit | undefined;
    const begun = (): Deceit => {
      if (deceit === undefined) throw new Error('nobody was deceived');
      return deceit;
    };
    beforeAll(async () => {
      peer = await deceive(siege());
      const number = await level(siege());
      deceit = { peer, number, lies: liesOf(siege(), await blocksOf(siege())) };
    }, 120_000);
    afterAll(async () => peer?.close(), 120_000);

    describeRefusal(siege, begun);
    describeNaming(siege, begun);
  });
}

function describeRefusal(siege: () => Siege, deceit: () => Deceit): void {
  it('gives it none that it takes; it goes on from the others as soon as it reaches them', async () => {
    const { peer, number, lies } = deceit();
    peer.liar.lieAt(number, lies);
    await peer.cut();
    await siege().registered();
    await eventually(() => expect(peer.liar.told.length).toBeGreaterThan(lies.length), 120_000);
    expect(new Set(peer.liar.told)).toEqual(new Set(Object.keys(named)));
    expect(await heightOf(siege(), deceived)).toBe(number);
    await peer.open();
    expect(await level(siege())).toBeGreaterThan(number);
  }, 240_000);

  it('withholds nothing from it for long: the others show it that there is more', async () => {
    const { peer } = deceit();
    const next = await level(siege());
    peer.liar.withholdFrom(next);
    await peer.cut();
    await eventually(() => expect(peer.liar.isAskedFor(next)).toBe(true), 60_000);
    await siege().registered();
    await peer.open();
    expect(await level(siege())).toBeGreaterThan(next);
  }, 120_000);
}

function describeNaming(siege: () => Siege, deceit: () => Deceit): void {
  it('leaves it in the same state as the others, and is named by every audit that is shown its blocks', async () => {
    const { number } = deceit();
    const files = await fileLies(siege(), deceit());
    for (const [name, file] of files) {
      const { fault } = await verifyBlocks(blocksOfFile(file));
      expect([name, fault]).toMatchObject([name, { block: number, what: expect.stringContaining(named[name] ?? '') }]);
    }
    const [, anyFile = ''] = files.at(-1) ?? [];
    const verdict = expect.stringContaining(`BAD: ERR_LEDGER_BAD in block ${number}: `) as unknown;
    expect(await audit(siege(), 'verify', '--from', anyFile)).toMatchObject({ code: 1, said: verdict });
    const beside = files.flatMap(([, file]) => ['--beside', file]);
    const { code, said } = await audit(siege(), 'follow', '--once', '--ledger', 'fabric', ...beside);
    expect(code).toBe(1);
    expect(said).not.toContain('not looked at');
    expect(said.match(/ERR_FORK|ERR_STATE_DISPUTED|ERR_LEDGER_BAD/g)).toHaveLength(files.length); // the peers are alike
    for (const [name, file] of files) {
      const alarm = `ALARM ${name.startsWith('another block') ? 'ERR_FORK' : 'ERR_LEDGER_BAD'} block `;
      expect(said.split('\n').filter((line) => line.includes(file))).toEqual([expect.stringContaining(alarm)]);
    }
  }, 120_000);
}

/** Each lie in a file of its own, behind the true blocks before it, as a peer would keep it that had taken it. */
async function fileLies(siege: Siege, { number, lies }: Deceit): Promise<readonly (readonly [string, string])[]> {
  const blocks = await blocksOf(siege);
  return lies.map((lie, index) => {
    const file = join(siege.directory, `lie-${index}.log`);
    writeFileSync(file, logOf([...blocks.slice(0, number), stored(lie, blocks[number] ?? new Uint8Array())]));
    return [lie.name, file];
  });
}
