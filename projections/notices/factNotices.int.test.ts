import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFactsOf } from '../models/storedFacts.ts';
import { recorded, registered, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';
import { factNotices } from './factNotices.ts';

const contact = (type: 'AttributesRecorded' | 'AttributesCorrected', values: Readonly<Record<string, unknown>>) =>
  recorded('ada', type, { class: 'contact', values });

describe('the handles of a person', () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(schemaPublished(), registered('ada'));
    await node.take(contact('AttributesRecorded', { email: 'ada@x.org', phone: '1' }));
    await node.take(contact('AttributesCorrected', { email: 'Ada@X.org', phone: '2' }));
    await node.take(contact('AttributesCorrected', { email: 'lovelace@x.org' }));
    await node.take({ stream: 'identity-ada', fact: { type: 'IdentitySuspended', data: { reason: 'court-order' } } });
  });
  afterAll(() => node.close());

  it('are told of when they come, and when other ones replace them', async () => {
    const facts = await readFactsOf(node.database, ['identity-ada']);
    const notices = await Promise.all(facts.map(({ event }) => factNotices(node.database, event)));
    expect(notices.map((ofFact) => ofFact.map(({ type }) => type))).toEqual([
      ['identity.created', 'number.issued'],
      ['identity.updated', 'alias.issued'],
      ['identity.updated'],
      ['identity.updated', 'alias.revoked', 'alias.issued'],
      ['identity.suspended'],
    ]);
    expect(notices[3]?.[1]).toEqual({ type: 'alias.revoked', detail: { attribute: 'email' } });
  });
});
