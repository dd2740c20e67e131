import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findByIdentifier } from './identifiers.ts';
import { rebuild } from './rebuild.ts';
import { recorded, registered, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

describe('a person', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(schemaPublished(), registered('ada'));
    await node.take(recorded('ada', 'AttributesRecorded', { class: 'contact', values: { email: 'Ada@X.org' } }));
  });
  afterAll(() => node.close());

  const find = (kind: string, value: string) => findByIdentifier(node.database, node.keystore, { kind, value });

  it.each([
    ['number', 'number of ada'],
    ['enrolment', 'rec-ada'],
    ['handle-email', 'ada@x.org '],
  ])('is found by %s', async (kind, value) => {
    expect(await find(kind, value)).toEqual({ identity: 'ada', status: 'active' });
  });

  it.each([
    ['number', 'number of bob'],
    ['enrolment', 'number of ada'],
    ['handle-phone', 'ada@x.org'],
    ['handle-email', ''],
  ])('is not found by another %s', async (kind, value) => {
    expect(await find(kind, value)).toBeUndefined();
  });

  it('is found by a new handle and no longer by the old one, which may belong to somebody else in the same block', async () => {
    await node.take(
      recorded('ada', 'AttributesCorrected', { class: 'contact', values: { email: 'countess@x.org' } }),
      registered('bob'),
      recorded('bob', 'AttributesRecorded', { class: 'contact', values: { email: 'ada@x.org' } }),
    );
    expect(await find('handle-email', 'countess@x.org')).toMatchObject({ identity: 'ada' });
    expect(await find('handle-email', 'ada@x.org')).toMatchObject({ identity: 'bob' });
  });

  it('is found the same way after a rebuild', async () => {
    const { before, after } = await rebuild(node);
    expect(after).toBe(before);
    expect(await find('number', 'number of ada')).toMatchObject({ identity: 'ada' });
  });
});
