import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { agreedHash, hashOfSources } from '#chaincode/sources.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { getDescription } from '#network/description.ts';
import { networkUp } from '#network/up.ts';
import { upgradeChaincode } from '#network/upgrade.ts';
import { order, registration } from '#test/registry.ts';
import { underLoad } from './load.ts';
import { copySources } from './sources.ts';
import type { TestNetwork } from './testNetwork.ts';

/** Other code under load, and the way back. */
export function describeUpgrade(network: () => TestNetwork): void {
  describe('whose chaincode is upgraded', () => {
    beforeAll(async () => {
      await copySources(network().options.repository, changedOf(network()));
      await changeFold(changedOf(network()));
    });
    afterAll(() => rm(changedOf(network()), { recursive: true, force: true }));

    describeUnderLoad(network);
    describeAgreedCode(network);
  });
}

const changedOf = ({ options }: TestNetwork) => join(options.directory, '..', 'changed');
const upgradeTo = (network: TestNetwork, repository: string) =>
  upgradeChaincode(network.options.directory, { repository });

function describeUnderLoad(network: () => TestNetwork): void {
  it('loses no command and fails none for good', async () => {
    const ledger = network().open('civil-registry');
    const old = await registered(network(), ledger);
    const streams = await underLoad(network(), ['civil-registry', 'election-office'], async () => {
      expect(await upgradeTo(network(), changedOf(network()))).toBe(true);
    });
    for (const stream of streams) expect(await ledger.head(stream)).toMatchObject({ version: 1 });
    const agreed = getDescription(network().options.directory).packages['registry'] ?? '';
    expect(agreedHash(agreed)).toBe(hashOfSources(changedOf(network())));

    expect(await ledger.submit(suspension(network(), old))).toMatchObject({ version: 2 });
    expect(await ledger.head(old)).toMatchObject({ fold: 2, state: { status: 'suspended', secondFold: true } });
  }, 180_000);
}

function describeAgreedCode(network: () => TestNetwork): void {
  it('starts again with the code that was agreed on, and with no other, but names the way', async () => {
    const options = { ...network().options, repository: changedOf(network()) };
    expect(await networkUp(options)).toMatchObject({ ready: true });
    await expect(networkUp(network().options)).rejects.toThrow(/^ERR_OTHER_CODE: .*upgrade/);
  }, 60_000);

  it('can go back to the code it had', async () => {
    const ledger = network().open('civil-registry');
    const made = await registered(network(), ledger);
    expect(await upgradeTo(network(), network().options.repository)).toBe(true);
    expect(await ledger.submit(suspension(network(), made))).toMatchObject({ version: 2 });
    const head = await ledger.head(made);
    expect(head).toMatchObject({ fold: 1, state: { status: 'suspended' } });
    expect(head?.state).not.toHaveProperty('secondFold');
  }, 120_000);

  it('has nothing to do when the agencies have agreed on these sources', async () => {
    expect(await upgradeTo(network(), network().options.repository)).toBe(false);
  });
}

async function registered({ people }: TestNetwork, ledger: Ledger): Promise<string> {
  const submission = registration(people['civil-registry'].signer);
  await ledger.submit(submission);
  return submission.command.stream;
}

function suspension({ people }: TestNetwork, stream: string) {
  const { signer } = people['civil-registry'];
  return order({ stream, type: 'SuspendIdentity', data: { reason: 'court-order' }, seen: 1 }, { signer });
}

/** A second fold of identities, which keeps one thing more. */
async function changeFold(copy: string): Promise<void> {
  const file = join(copy, 'domain', 'registry.ts');
  const text = await readFile(file, 'utf8');
  const next = text.replace('identity: identityDecider,', `identity: { ...identityDecider, ${secondFold} },`);
  if (next === text) throw new Error('there is no decider of identities to change');
  await writeFile(file, next);
}

const secondFold = `fold: 2, evolve: (...each: Parameters<typeof identityDecider.evolve>) =>
  ({ ...identityDecider.evolve(...each), secondFold: true })`;
