import { describe, expect, it } from '@jest/globals';
import type { DeliveredBlock, Ledger } from '#ledger/ledger.ts';
import { addAgency } from '#network/addAgency.ts';
import { agreedDefinition } from '#network/definition.ts';
import { getDescription, type NetworkDescription } from '#network/description.ts';
import { fabricTools } from '#network/fabricTools.ts';
import { removeAgency } from '#network/removeAgency.ts';
import { networkStatus } from '#network/status.ts';
import { eventually } from '#test/eventually.ts';
import { registration } from '#test/registry.ts';
import { underLoad } from './load.ts';
import type { TestNetwork } from './testNetwork.ts';

/** Agencies that come and go while the network works. */
export function describeMembers(network: () => TestNetwork): void {
  describe('whose agencies come and go', () => {
    describeJoining(network);
    describeSnapshot(network);
    describeLeaving(network);
  });
}

const directoryOf = ({ options }: TestNetwork) => options.directory;
const joining = (network: TestNetwork, name: string, how: { readonly endorse: boolean; readonly snapshot: boolean }) =>
  addAgency(directoryOf(network), { name, ...how, repository: network.options.repository });

function describeJoining(network: () => TestNetwork): void {
  it('takes in one that endorses, which replays every block, and loses no command meanwhile', async () => {
    await underLoad(network(), ['civil-registry'], () =>
      joining(network(), 'health-office', { endorse: true, snapshot: false }),
    );
    const description = getDescription(directoryOf(network()));
    expect(description.endorsement.agencies).toContain('health-office');
    const place = { bin: await fabricTools(() => undefined), directory: directoryOf(network()) };
    const { approvals } = await agreedDefinition(place, description, 'health-office');
    expect(approvals).toMatchObject({ 'health-office': true, 'civil-registry': true });

    const first = await firstBlock(network().open('health-office'), 0);
    expect(first.number).toBe(0);
  }, 240_000);

  it('gives the audit office a peer that holds the ledger and does not endorse', async () => {
    const description = await joining(network(), 'audit-office', { endorse: false, snapshot: false });
    expect(description.endorsement.agencies).not.toContain('audit-office');
    const office = network().open('audit-office');
    const { height } = await office.status();
    expect((await firstBlock(office, height - 1)).number).toBe(height - 1);
    const { signer } = network().people['civil-registry'];
    const { command, disclosures = [] } = registration(signer);
    const answer = await network().open('civil-registry').submit({ command, disclosures });
    if ('refused' in answer) throw new Error(answer.refused);
    await eventually(async () => expect((await office.status()).height).toBeGreaterThan(answer.block));
    expect(await office.head(command.stream)).toMatchObject({ version: 1 }); // its own peer has no chaincode to ask: another's answers
  }, 120_000);
}

function describeSnapshot(network: () => TestNetwork): void {
  it('takes in one that begins with a snapshot, and says of the blocks before it that they are not there', async () => {
    await joining(network(), 'tax-office', { endorse: false, snapshot: true });
    const ledger = network().open('tax-office');
    const { height } = await ledger.status();
    expect(height).toBeGreaterThan(1);
    await expect(firstBlock(ledger, 0)).rejects.toMatchObject({ code: 'ERR_BLOCKS_PRUNED' });

    const submission = registration(network().people['civil-registry'].signer);
    const answer = await network().open('civil-registry').submit(submission);
    if ('refused' in answer) throw new Error(answer.refused);
    expect((await firstBlock(ledger, answer.block)).number).toBe(answer.block);
  }, 120_000);
}

function describeLeaving(network: () => TestNetwork): void {
  const left = (description: NetworkDescription) => description.agencies.map(({ name }) => name);

  it('lets go whom nobody needs, and goes on', async () => {
    await underLoad(network(), ['civil-registry'], async () => {
      expect(left(await removeAgency(directoryOf(network()), 'tax-office'))).not.toContain('tax-office');
      expect(left(await removeAgency(directoryOf(network()), 'health-office'))).not.toContain('health-office');
    });
    const status = await networkStatus(directoryOf(network()), network().options.repository);
    expect(status.agencies.map(({ agency }) => agency)).not.toContain('health-office');
  }, 120_000);

  it('keeps whom it needs, and says why', async () => {
    await expect(removeAgency(directoryOf(network()), 'civil-registry')).rejects.toThrow('ERR_AGENCY_NEEDED');
    await expect(removeAgency(directoryOf(network()), 'nobody')).rejects.toThrow('ERR_NO_AGENCY');
    const again = joining(network(), 'audit-office', { endorse: false, snapshot: false });
    await expect(again).rejects.toThrow('ERR_AGENCY_KNOWN');
    expect(getDescription(directoryOf(network())).agencies).toHaveLength(4);
  });
}

async function firstBlock(ledger: Ledger, from: number): Promise<DeliveredBlock> {
  const reading = new AbortController();
  try {
    for await (const block of ledger.blocks(from, reading.signal)) return block;
  } finally {
    reading.abort();
  }
  throw new Error('no block came');
}
