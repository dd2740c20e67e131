import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rebuild } from './rebuild.ts';
import { findBrokenLink, findByCommand, findHistory } from './timeline.ts';
import { registered, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

describe("a stream's history", () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(schemaPublished());
    const suspended = { type: 'IdentitySuspended', data: { reason: 'court-order' } };
    await node.take(registered('ada'), { stream: 'identity-ada', fact: suspended, officer: 'o1' });
  });
  afterAll(() => node.close());

  const history = () => findHistory(node.database, 'identity-ada');
  const events = async () => (await history()).map(({ event }) => event);

  it('says what happened, where it stands and who did it', async () => {
    const [first, second] = await history();
    expect(first).toMatchObject({
      place: { block: 1, transaction: 0, index: 0 },
      event: { type: 'IdentityRegistered', by: { agency: 'civil-registry' } },
    });
    expect(second?.event).toMatchObject({
      type: 'IdentitySuspended',
      by: { agency: 'civil-registry', officer: 'o1' },
      data: { reason: 'court-order' },
      prev: first?.hash,
    });
  });

  it('is a chain that holds', async () => {
    expect(findBrokenLink(await events())).toBeUndefined();
  });

  it('is a broken chain when a fact is changed or left out', async () => {
    const [first, second] = await events();
    if (first === undefined || second === undefined) throw new Error('two events');
    expect(findBrokenLink([{ ...first, at: '2020-01-01T00:00:00.000Z' }, second])).toBe(2);
    expect(findBrokenLink([second])).toBe(1);
  });

  it('is found by the command that made it', async () => {
    const [, second] = await events();
    const found = await findByCommand(node.database, second?.command ?? '');
    expect(found.map(({ event }) => event)).toEqual([second]);
    expect(await findByCommand(node.database, 'never')).toEqual([]);
  });

  it('is the same when it is rebuilt', async () => {
    const { before, after } = await rebuild(node);
    expect(after).toBe(before);
    expect(findBrokenLink(await events())).toBeUndefined();
  });
});
