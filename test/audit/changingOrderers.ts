import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Report } from '#ledger/verify/report.ts';
import { verifyBlocks } from '#ledger/verify/verifyBlocks.ts';
import { addOrderer, removeOrderer } from '#network/ordererSet.ts';
import { ordererSigner, signaturesIn, signedBy } from '#test/attacks/ordererSignatures.ts';
import { AuditFollower } from '#test/auditFollower.ts';
import { readBlocks } from '#test/conformance/blockBytes.ts';
import { eventually } from '#test/eventually.ts';
import type { TestNetwork } from '#test/network/testNetwork.ts';
import { agencies, registration } from '#test/registry.ts';

const newcomer = 'health-office';
// The numbers under which they sign, in the order in which the channel was told of them.
const members = [...agencies, 'audit-office', newcomer];

type Scene = {
  readonly directory: string;
  readonly blocks: readonly Uint8Array[];
  /** The last block while there were five orderers, and the last of all. */
  readonly ofFive: number;
  readonly last: number;
};

/** Orderers that come and go, as an audit follows them; the newcomer is on the channel already. */
export function describeChangingOrderers(network: () => TestNetwork): void {
  describe('a network whose orderers come and go', () => {
    let scene: Scene;
    let follower: AuditFollower;
    beforeAll(async () => {
      follower = new AuditFollower(['--ledger', 'fabric'], { PLINTH_NETWORK: network().options.directory });
      await eventually(() => expect(follower.block).toBeGreaterThan(0), 60_000);
      scene = await change(network());
    }, 240_000);
    afterAll(() => follower.end('SIGKILL'));

    it('is followed at work, without an alarm, until the monitor is told to end', async () => {
      await eventually(() => expect(follower.block).toBe(scene.last), 60_000);
      expect([await follower.end('SIGTERM'), follower.said]).toEqual([0, expect.not.stringContaining('ALARM')]);
    }, 120_000);

    it('is followed through, each block with the quorum of those who ordered then', async () => {
      const { blocks, ofFive, last } = scene;
      expect([ofFive, last].map((number) => signaturesIn(blocks[number] ?? new Uint8Array()))).toEqual([4, 3]);
      const report = await verify(blocks);
      expect(report).toMatchObject({ blocks: blocks.length, alarms: [] });
      expect(report).not.toHaveProperty('fault');
    });

    describeBlocksOfOthers(() => scene);

    it('keeps four of them', async () => {
      await expect(removeOrderer(scene.directory, 'audit-office')).rejects.toThrow('ERR_AGENCY_NEEDED');
      await expect(addOrderer(scene.directory, 'audit-office')).rejects.toThrow('ERR_AGENCY_KNOWN');
    });
  });
}

function describeBlocksOfOthers(of: () => Scene): void {
  it('has no block of five orderers by three of the four before', async () => {
    const scene = of();
    const { fault } = await signedAnew(scene, scene.ofFive, agencies);
    expect(fault).toMatchObject({ block: scene.ofFive, what: '3 orderers signed, and 4 must' });
    expect(await signedAnew(scene, scene.ofFive, [...agencies, newcomer])).not.toHaveProperty('fault');
  });

  it('has no block by one that has left', async () => {
    const scene = of();
    const { fault } = await signedAnew(scene, scene.last, ['civil-registry', 'election-office', newcomer]);
    expect(fault).toMatchObject({ block: scene.last, what: 'orderer 5: is none of this channel' });
    expect(await signedAnew(scene, scene.last, agencies)).not.toHaveProperty('fault');
  });
}

async function change(network: TestNetwork): Promise<Scene> {
  const { directory } = network.options;
  const ledger = network.open('civil-registry');
  const goOn = async (): Promise<void> => {
    const outcome = await ledger.submit(registration(network.people['civil-registry'].signer));
    if ('refused' in outcome) throw new Error(outcome.refused);
  };
  await addOrderer(directory, newcomer);
  await goOn();
  const ofFive = (await ledger.status()).height - 1;
  await removeOrderer(directory, newcomer);
  await goOn();
  const blocks = (await readBlocks(ledger)).map(({ bytes }) => bytes);
  return { directory, blocks, ofFive, last: blocks.length - 1 };
}

/** What an audit says when a block was signed by the orderers of these agencies, each with its own key. */
async function signedAnew({ directory, blocks }: Scene, number: number, names: readonly string[]): Promise<Report> {
  const by = names.map((name) => ({ id: members.indexOf(name) + 1, signer: ordererSigner(directory, name) }));
  const block = signedBy(blocks[number] ?? new Uint8Array(), by);
  return verify([...blocks.slice(0, number), block.serializeBinary()]);
}

async function verify(blocks: readonly Uint8Array[]): Promise<Report> {
  async function* each(): AsyncGenerator<Uint8Array> {
    for (const block of blocks) yield await Promise.resolve(block);
  }
  return verifyBlocks(each());
}
