import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { agencyFrom, findAgency, findOfficer, officersFrom } from '../models/agencies.ts';
import { findConsentsOf } from '../models/consents.ts';
import { findIdentity } from '../models/identityDetails.ts';
import { openAttributes, openAttributesAt } from '../keys/opening.ts';
import { factsOf } from './pastFacts.ts';
import { findRecordedAt, findRecordedBy } from '../models/recordedTimes.ts';
import { findRelyingParty, partyFrom } from '../models/relyingParties.ts';
import { findSharingPolicy, policyFrom } from '../models/sharingPolicies.ts';
import { histories, idsOf, type History } from '../testing/histories.ts';
import { schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

describe('the registry as of a block', () => {
  let node: TestNode;
  let block = 0;
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(schemaPublished());
  });
  afterAll(() => node.close());

  /** What the read models say of one id now. */
  async function now(id: string): Promise<unknown> {
    const { database, keystore } = node;
    const officers = await Promise.all(['o1', 'o2'].map((officer) => findOfficer(database, id, officer)));
    return {
      identity: await findIdentity(database, id),
      attributes: Object.fromEntries(await openAttributes(database, keystore, id)),
      consents: await findConsentsOf(database, keystore, id),
      party: await findRelyingParty(database, id),
      policy: await findSharingPolicy(database, id),
      agency: await findAgency(database, id),
      officers: Object.fromEntries(officers.flatMap((found) => (found ? [[found.officer, found]] : []))) as unknown,
    };
  }

  /** The same, folded from the facts up to a block. */
  async function then(id: string, known: number): Promise<unknown> {
    const { database, keystore } = node;
    const point = { known, held: known };
    const ofAgency = await factsOf(database, 'agency', id, point);
    return {
      identity: await findIdentity(database, id, point),
      attributes: Object.fromEntries(await openAttributesAt(database, keystore, id, point)),
      consents: await findConsentsOf(database, keystore, id, point),
      party: partyFrom(await factsOf(database, 'relyingParty', id, point)),
      policy: policyFrom(await factsOf(database, 'sharingPolicy', id, point)),
      agency: agencyFrom(ofAgency),
      officers: Object.fromEntries(officersFrom(ofAgency).map((officer) => [officer.officer, officer])) as unknown,
    };
  }

  async function play(history: History, ids: readonly string[]) {
    const moments: { readonly block: number; readonly said: unknown[] }[] = [];
    for (const facts of history) {
      await node.take(...facts);
      block += 1;
      moments.push({ block, said: await Promise.all(ids.map(now)) });
    }
    return moments;
  }

  it('is what the read models said at that block, whatever happened and whatever came later', async () => {
    let run = 0;
    const seeds = fc.integer().map((seed) => ({ seed, name: `run${(run += 1)}` }));
    await fc.assert(
      fc.asyncProperty(seeds, async ({ seed, name }) => {
        const [history = []] = fc.sample(histories(name), { numRuns: 1, seed });
        const moments = await play(history, idsOf(name));
        for (const { block: past, said } of moments)
          expect(await Promise.all(idsOf(name).map((id) => then(id, past)))).toEqual(said);
      }),
      { numRuns: 12 },
    );
  });

  it('is nothing before anything happened', async () => {
    expect(await then('run1-a', 0)).toMatchObject({ attributes: {}, consents: [], identity: undefined });
    expect(await findRecordedAt(node.database, -1)).toBeUndefined();
  });
});

describe('the time at which a block was recorded', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
  });
  afterAll(() => node.close());

  it('never goes back, although the clocks of agencies do', async () => {
    const hours = fc.array(fc.array(fc.integer({ min: 0, max: 23 }), { maxLength: 3 }), {
      minLength: 20,
      maxLength: 20,
    });
    const [blocks = []] = fc.sample(hours, { numRuns: 1, seed: 7 });
    const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
    const expected: { readonly block: number; readonly recordedAt: string }[] = [];
    for (const [block, inBlock] of blocks.entries()) {
      await node.take(
        ...inBlock.map((hour) => ({ stream: 'consent-x', fact: { type: 'ConsentWithdrawn', data: {} }, at: at(hour) })),
      );
      const latest = [expected.at(-1)?.recordedAt ?? '', ...inBlock.map(at)].sort().at(-1) ?? '';
      if (inBlock.length > 0) expected.push({ block, recordedAt: latest });
    }
    for (const block of blocks.keys())
      expect(await findRecordedAt(node.database, block)).toEqual(expected.findLast((each) => each.block <= block));
    for (let hour = -1; hour <= 24; hour += 1)
      expect(await findRecordedBy(node.database, at(hour))).toEqual(
        expected.findLast(({ recordedAt }) => recordedAt <= at(hour)),
      );
  });
});
