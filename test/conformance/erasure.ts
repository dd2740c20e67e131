import { describe, expect, it } from '@jest/globals';
import { sha256 } from '#domain/seal/digest.ts';
import { sealedKeyOf } from '#ledger/blocks/ledgerEvents.ts';
import type { Committed } from '#ledger/ledger.ts';
import { verifyBlocks } from '#ledger/verify/verifyBlocks.ts';
import { agreement, carryOut } from '#test/agreement.ts';
import { eventually } from '#test/eventually.ts';
import { agencies, newNumber, order, registration, type AgencyName, type Submission } from '#test/registry.ts';
import { readBlocks, type ReadBlock } from './blockBytes.ts';
import { findEntry, getEntry } from './entries.ts';
import { all, civil, codeOf, elections, standing, type Office } from './office.ts';
import { members } from './testbed.ts';

/** Where one private value of a person lies. */
type Place = { readonly class: string; readonly key: string; readonly version: number };

/** Somebody with values in classes that different agencies hold, and a correction of them that was only proposed. */
type Person = { readonly stream: string; readonly proposals: readonly string[]; readonly places: readonly Place[] };

const values = [
  { class: 'contact', of: { suburb: 'Chelsea' }, by: 'civil-registry' },
  { class: 'biometric-reference', of: { faceReference: 'template' }, by: 'election-office' },
] as const;

async function known(office: Office): Promise<Person> {
  const newcomer = registration(civil.signer);
  const { stream } = newcomer.command;
  standing(await office.submit(newcomer));
  for (const [index, { by, ...sealed }] of values.entries()) {
    await eventually(async () => expect(await office.history(stream, by)).toHaveLength(index + 1));
    const record = { stream, type: 'RecordAttributes', data: { schema: 1 }, seen: index + 1 };
    standing(await office.submit(order(record, { signer: all[by].signer, values: sealed }), by));
  }
  const correction = { stream, type: 'CorrectAttributes', data: { schema: 1, reason: 'clerical-error' } };
  const parties = { proposer: civil, approver: elections };
  const born = { class: 'identification', of: { dateOfBirth: '1815-12-11' } };
  const { proposal } = agreement(correction, parties, born);
  standing(await office.submit(proposal));
  const about = proposal.command.stream;
  const places = ['identification', ...values.map((each) => each.class)].map((name, index) =>
    placeOf(stream, index + 1, name),
  );
  return {
    stream,
    proposals: [about.slice('proposal-'.length)],
    places: [...places, placeOf(about, 1, 'identification')],
  };
}

function placeOf(stream: string, version: number, className: string): Place {
  return { class: className, key: sealedKeyOf({ stream, version }), version };
}

/** Has an agency's officer erase a person after another agency's has agreed. */
async function erased(office: Office, { stream, proposals }: Person, by: AgencyName): Promise<Committed> {
  const what = { stream, type: 'EraseIdentity', data: { reason: 'request-of-person', proposals: [...proposals] } };
  const approver = by === 'civil-registry' ? elections : civil;
  const parties = { proposer: all[by], approver };
  const answer = await carryOut(
    (submission, agency) => seenBy(office, submission, agency),
    agreement(what, parties),
    parties,
  );
  return standing(answer as Committed); // carryOut throws on anything that is refused
}

/** Submits once the agency's own peer has caught up: another one's facts take a moment to arrive. */
function seenBy(office: Office, submission: Submission, agency: AgencyName): Promise<object> {
  return eventually(async () => {
    const answer = await office.submit(submission, agency);
    if (['ERR_NOT_FOUND', 'ERR_PROPOSAL_NOT_APPROVED'].includes(codeOf(answer))) throw new Error('not seen yet');
    return answer;
  });
}

export function describeErasure(office: Office): void {
  describeForgetting(office);
  describeWhatStays(office);
}

function describeForgetting(office: Office): void {
  describe('an erased identity', () => {
    it.each(agencies)('is forgotten by every member of every class when %s has it done', async (agency) => {
      const [person, neighbour] = [await known(office), await known(office)];
      const { block, events } = await erased(office, person, agency);
      expect(events).toMatchObject([{ type: 'IdentityErased', by: { agency } }]);
      for (const place of person.places) await isNowhere(office, place);
      for (const place of neighbour.places) await isThere(office, place);
      for (const each of agencies) await isReplayedAsNothing(office, each, { block, person, neighbour });
      expect(await typesOf(office, person.stream)).toEqual([
        ...['IdentityRegistered', 'AttributesRecorded', 'AttributesRecorded', 'IdentityErased'],
      ]);
    });
  });
}

function describeWhatStays(office: Office): void {
  describe('what an erasure leaves behind', () => {
    it('is a whole chain for whoever verifies it, at every agency', async () => {
      for (const agency of agencies) {
        const blocks = await readBlocks(office.bed().ledger(agency));
        const report = await verifyBlocks(bytesOf(blocks));
        expect(report).not.toHaveProperty('fault');
      }
    });

    it('is a stream that takes nothing more, and a number that nobody gets again', async () => {
      const number = { identityNumber: newNumber() };
      const first = registration(civil.signer, number);
      standing(await office.submit(first));
      await erased(office, { stream: first.command.stream, proposals: [], places: [] }, 'civil-registry');
      const again = order(
        { stream: first.command.stream, type: 'SuspendIdentity', data: { reason: 'court-order' } },
        { signer: civil.signer },
      );
      expect(codeOf(await office.submit(again))).toBe('ERR_CLOSED');
      expect(codeOf(await office.submit(registration(civil.signer, number)))).toBe('ERR_NOT_UNIQUE');
    });

    it('is as little after everything was started again', async () => {
      const person = await known(office);
      const { block } = await erased(office, person, 'social-protection');
      await office.bed().restart();
      for (const place of person.places) await isNowhere(office, place);
      const neighbour = await known(office);
      for (const agency of agencies) await isReplayedAsNothing(office, agency, { block, person, neighbour });
    }, 300_000);
  });
}

const membersOf = ({ class: name }: Place) => agencies.filter((each) => members.classes[name]?.members.includes(each));

async function isNowhere(office: Office, place: Place): Promise<void> {
  for (const agency of agencies)
    await eventually(async () => expect(await findEntry(office, agency, place)).toBeUndefined());
}

async function isThere(office: Office, place: Place): Promise<void> {
  for (const agency of membersOf(place)) await getEntry(office, agency, place);
}

type Erasure = { readonly block: number; readonly person: Person; readonly neighbour: Person };

/** A replay from the first block on gives the hashes of what is erased, and of others their values too. */
async function isReplayedAsNothing(office: Office, agency: AgencyName, erasure: Erasure): Promise<void> {
  await eventually(async () => {
    const blocks = await readBlocks(office.bed().ledger(agency));
    expect(blocks.length).toBeGreaterThan(erasure.block);
    for (const place of erasure.person.places) {
      expect(writesOf(blocks, place).values).toBe(0);
      expect(writesOf(blocks, place)).toMatchObject({ hashes: 1, purges: 1 });
    }
    const others = erasure.neighbour.places.filter((place) => membersOf(place).includes(agency));
    for (const place of others) expect(writesOf(blocks, place)).toEqual({ values: 1, hashes: 1, purges: 0 });
  }, 30_000);
}

function writesOf(blocks: readonly ReadBlock[], { class: collection, key }: Place) {
  const transactions = blocks.flatMap(({ block }) => block.transactions).filter(({ code }) => code === 0);
  const keyHash = sha256(key);
  const hashes = transactions
    .flatMap(({ privateHashes }) => privateHashes)
    .filter((each) => each.collection === collection && each.keyHash === keyHash);
  const values = transactions
    .flatMap(({ privateWrites }) => privateWrites)
    .filter((each) => each.collection === collection && each.key === key && !each.isDelete);
  return {
    values: values.length,
    hashes: hashes.filter(({ valueHash }) => valueHash !== undefined).length,
    purges: hashes.filter(({ isPurge }) => isPurge).length,
  };
}

async function typesOf(office: Office, stream: string): Promise<readonly string[]> {
  return (await office.history(stream)).map(({ type }) => type);
}

async function* bytesOf(blocks: readonly ReadBlock[]): AsyncGenerator<Uint8Array> {
  for (const { bytes } of blocks) yield await Promise.resolve(bytes);
}
