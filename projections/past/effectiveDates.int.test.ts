import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openAttributes, openAttributesAt } from '../keys/opening.ts';
import type { Point } from './point.ts';
import { findRecordedBy } from '../models/recordedTimes.ts';
import { recorded, registered, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';
import { findTombstone } from '../models/tombstones.ts';

const day = (number: number) => `2026-01-${String(number).padStart(2, '0')}`;
const noon = (number: number) => `${day(number)}T12:00:00.000Z`;

/** A value of the attribute `phone` that was recorded on one day, and holds since another where one was named. */
type Said = { readonly on: number; readonly since: number | undefined; readonly value: string };

describe('values that hold since another day than the one they were recorded on', () => {
  let node: TestNode;
  let block = 0;
  beforeAll(async () => {
    node = await openTestNode();
    await node.take({ ...schemaPublished(), at: noon(1) });
  });
  afterAll(() => node.close());

  const say = async (id: string, { on, since, value }: Said) => {
    const values = { phone: value, ...(since !== undefined && { effectiveFrom: day(since) }) };
    await node.take({ ...recorded(id, 'AttributesCorrected', { class: 'contact', values }), at: noon(on) });
    return (block += 1);
  };
  const pointOf = async (known: number, effective: number): Promise<Point> => {
    const held = (await findRecordedBy(node.database, `${day(effective)}T23:59:59.999Z`))?.block ?? -1;
    return { known, held: Math.min(known, held), effective: day(effective) };
  };
  const phone = async (id: string, point: Point) =>
    (await openAttributesAt(node.database, node.keystore, id, point)).get('phone')?.value;

  it('answer by both times: what was known then, of what held then', async () => {
    const first = await say('ada', { on: 2, since: undefined, value: 'first' });
    const second = await say('ada', { on: 8, since: 5, value: 'second' });
    expect(await phone('ada', await pointOf(second, 4))).toBe('first');
    expect(await phone('ada', await pointOf(second, 5))).toBe('second');
    expect(await phone('ada', await pointOf(first, 5))).toBe('first'); // the second was not known yet
    expect(await phone('ada', await pointOf(second, 1))).toBeUndefined();
  });

  it('keep the day for themselves: it is no attribute, and each value says since when it holds', async () => {
    const opened = await openAttributes(node.database, node.keystore, 'ada');
    expect(Object.fromEntries(opened)).toEqual({
      phone: { value: 'second', class: 'contact', version: 2, effectiveFrom: day(5) },
    });
    expect(JSON.stringify((await node.database.pool.query('select * from store.events')).rows)).not.toContain(day(5));
  });

  it('are, at every pair of times, those of which the one that was recorded last counts', async () => {
    const said = fc
      .tuple(fc.integer({ min: 0, max: 2 }), fc.option(fc.integer({ min: 0, max: 12 })))
      .map(([after, back]) => ({ after, back }));
    const [steps = []] = fc.sample(fc.array(said, { minLength: 12, maxLength: 12 }), { numRuns: 1, seed: 11 });
    let on = 9;
    const values: (Said & { readonly block: number })[] = [];
    for (const [index, { after, back }] of steps.entries()) {
      on += after;
      const made = { on, since: back === null ? undefined : Math.max(1, on - back), value: `value ${index}` };
      values.push({ ...made, block: await say('bob', made) });
    }
    expect(new Set(values.map(({ since }) => since === undefined)).size).toBe(2); // both kinds are among them
    for (const { block: known } of values)
      for (let effective = 1; effective <= on; effective += 1) {
        const expected = values.findLast((each) => each.block <= known && (each.since ?? each.on) <= effective)?.value;
        expect(await phone('bob', await pointOf(known, effective))).toBe(expected);
      }
    const newest = { known: block, held: block };
    expect(await openAttributesAt(node.database, node.keystore, 'bob', newest)).toEqual(
      await openAttributes(node.database, node.keystore, 'bob'),
    );
  });

  it('are gone at every point once the person is erased, and the tombstone stands at all of them', async () => {
    await node.take(registered('eve', { dateOfBirth: '1990-04-12' }));
    const before = { known: (block += 1), held: block };
    expect((await openAttributesAt(node.database, node.keystore, 'eve', before)).size).toBe(2);
    expect(await findTombstone(node.database, 'eve')).toBeUndefined();
    const erasure = { type: 'IdentityErased', data: { reason: 'request-of-person', proposals: [] } };
    await node.take({ stream: 'identity-eve', fact: erasure, at: noon(28) });
    expect((await openAttributesAt(node.database, node.keystore, 'eve', before)).size).toBe(0);
    expect(await findTombstone(node.database, 'eve')).toEqual({
      at: noon(28),
      block: (block += 1),
      reason: 'request-of-person',
    });
  });
});
