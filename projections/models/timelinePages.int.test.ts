import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nounOf, type LedgerEvent } from '#domain/envelope.ts';
import { contentHash } from './contentHash.ts';
import { countFactsIn, listChangedStreams } from '../past/differences.ts';
import { findStream, listStreams } from '../past/pastFacts.ts';
import { migrate } from '../postgres/migrate.ts';
import { rebuild } from './rebuild.ts';
import { storedFacts } from './storedFacts.ts';
import type { ProjectedEvent } from './readModel.ts';
import { histories } from '../testing/histories.ts';
import { registered, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';
import { findTimeline, type PlacePage, type TimelineFilter } from './timelinePages.ts';

const everything: PlacePage = { limit: 1000, inverted: false };

describe('the timeline of a registry', () => {
  let node: TestNode;
  let all: readonly ProjectedEvent[];
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(schemaPublished());
    const [history = []] = fc.sample(histories('one'), { numRuns: 30, seed: 5 }).filter(({ length }) => length > 10);
    for (const [index, facts] of history.entries())
      await node.take(...facts.map((fact) => ({ ...fact, ...(index % 2 === 0 && { officer: 'o1' }) })));
    all = await everythingStored();
    expect(all.length).toBeGreaterThan(20);
  });
  afterAll(() => node.close());

  async function everythingStored(): Promise<readonly ProjectedEvent[]> {
    const pages: ProjectedEvent[] = [];
    for await (const page of storedFacts(node.database)(Number.MAX_SAFE_INTEGER)) pages.push(...page);
    return pages;
  }
  const found = async (filter: TimelineFilter, page: PlacePage = everything) =>
    (await findTimeline(node.database, filter, page)).map(({ event }) => event);
  const expected = (holds: (event: LedgerEvent, block: number) => boolean) =>
    all.filter(({ event, place }) => holds(event, place.block)).map(({ event }) => event);

  it('is every fact in ledger order, whichever way one pages', async () => {
    expect(await found({})).toEqual(expected(() => true));
    expect(await found({}, { limit: 3, inverted: true })).toEqual(
      expected(() => true)
        .slice(-3)
        .reverse(),
    );
  });

  it('lets through what a filter says', async () => {
    const stream = all[5]?.event.stream ?? '';
    expect(await found({ stream })).toEqual(expected((event) => event.stream === stream));
    expect(await found({ noun: 'agency' })).toEqual(expected((event) => nounOf(event.stream) === 'agency'));
    expect(await found({ officer: 'o1' })).toEqual(expected((event) => event.by.officer === 'o1'));
    expect(await found({ agency: 'civil-registry' })).toHaveLength(all.length);
    expect(await found({ agency: 'nobody' })).toEqual([]);
    expect(await found({ types: ['ConsentGiven'] })).toEqual(expected(({ type }) => type === 'ConsentGiven'));
    expect(await found({ types: ['ConsentGiven', 'AgencyAdmitted'] })).toEqual(
      expected(({ type }) => type === 'ConsentGiven' || type === 'AgencyAdmitted'),
    );
    expect(await found({ types: [] })).toEqual([]);
    expect(await found({ fromBlock: 3, toBlock: 5 })).toEqual(expected((_event, block) => block >= 3 && block <= 5));
    expect(await found({ noun: 'identity', officer: 'o1', fromBlock: 3 })).toEqual(
      expected(({ stream: of, by }, block) => nounOf(of) === 'identity' && by.officer === 'o1' && block >= 3),
    );
  });

  it('is paged without a gap or a repeat, also while it grows', async () => {
    const paged: LedgerEvent[] = [];
    let page = await findTimeline(node.database, {}, { limit: 4, inverted: false });
    while (page.length > 0) {
      paged.push(...page.map(({ event }) => event));
      if (paged.length === 8) await node.take(registered('late'));
      page = await findTimeline(node.database, {}, { limit: 4, inverted: false, after: page.at(-1)?.place });
    }
    all = await everythingStored();
    expect(paged).toEqual(expected(() => true));
  });

  it('lists streams in the order in which they began, as they were', async () => {
    const held = 6;
    const listed = await listStreams(node.database, 'identity', { known: held, held }, everything);
    const upTo = all.filter(({ event, place }) => nounOf(event.stream) === 'identity' && place.block <= held);
    expect(listed.map(({ stream }) => stream)).toEqual([...new Set(upTo.map(({ event }) => event.stream))]);
    for (const { stream, facts } of listed) {
      expect(facts).toEqual(upTo.filter(({ event }) => event.stream === stream));
      expect(await findStream(node.database, stream, { known: held, held })).toMatchObject({ stream, facts });
    }
    const [, second] = listed;
    const after = listed[0]?.place;
    expect(
      await listStreams(node.database, 'identity', { known: held, held }, { ...everything, limit: 1, after }),
    ).toEqual([second]);
    expect(await findStream(node.database, 'identity-late', { known: held, held })).toBeUndefined();
  });

  it('tells what was recorded between two blocks: how much of what, and in which streams', async () => {
    const range = { after: 3, upTo: 7 };
    const between = expected((_event, block) => block > 3 && block <= 7);
    const counts = await countFactsIn(node.database, range);
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(between.length);
    for (const { type, count } of counts) expect(count).toBe(between.filter((event) => event.type === type).length);
    const streams = await listChangedStreams(node.database, range, everything);
    const groups = [...Map.groupBy(between, ({ stream }) => stream)];
    expect(streams.map(({ stream, firstVersion, lastVersion }) => [stream, firstVersion, lastVersion])).toEqual(
      groups.map(([stream, events]) => [stream, events[0]?.version, events.at(-1)?.version]),
    );
    const rest = await listChangedStreams(node.database, range, { ...everything, after: streams[0]?.place });
    expect(rest).toEqual(streams.slice(1));
  });

  it('of anchors tells a state by the newest alone', async () => {
    for (const size of [1, 2]) {
      const data = { log: 'registry', size, root: 'r', cosignature: { time: 1, signature: 's' } };
      await node.take({ stream: 'anchor-civil-registry', fact: { type: 'TreeAnchored', data } });
    }
    const newest = { known: Number.MAX_SAFE_INTEGER, held: Number.MAX_SAFE_INTEGER };
    const anchors = await findStream(node.database, 'anchor-civil-registry', newest);
    expect(anchors?.facts.map(({ event }) => event.data)).toMatchObject([{ size: 2 }]);
  });

  it('is the same when it is rebuilt', async () => {
    const { before, after } = await rebuild(node);
    expect(after).toBe(before);
  });

  it('is the same at a node that had facts before it kept their places and times', async () => {
    const { kysely, pool } = node.database;
    const before = await contentHash(kysely, 'model');
    await pool.query(`drop table model.recorded_times;
      alter table model.timeline drop column noun, drop column block, drop column transaction, drop column event;
      delete from model.migrations where name in ('recordedTimes.1', 'timeline.2')`);
    await migrate(kysely);
    expect(await contentHash(kysely, 'model')).toBe(before);
  });
});
