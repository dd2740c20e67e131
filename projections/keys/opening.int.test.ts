import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findSealedAttributes } from '../models/attributes.ts';
import { openAttributes } from './opening.ts';
import { rebuild } from '../models/rebuild.ts';
import { recorded, registered, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';

describe("an identity's attributes", () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await openTestNode();
    await node.take(schemaPublished());
    await node.take(registered('ada', { fullName: [{ language: 'eng', value: 'Ada' }], dateOfBirth: '1815-12-10' }));
    await node.take(
      recorded('ada', 'AttributesRecorded', { class: 'contact', values: { email: 'ada@x.org', phone: '1' } }),
      recorded('ada', 'AttributesCorrected', { class: 'contact', values: { phone: '2' } }),
    );
  });
  afterAll(() => node.close());

  const open = (classes?: readonly string[]) => openAttributes(node.database, node.keystore, 'ada', classes);

  it('open to the values that were said last', async () => {
    expect(Object.fromEntries(await open())).toEqual({
      identityNumber: { value: 'number of ada', class: 'identification', version: 1 },
      fullName: { value: [{ language: 'eng', value: 'Ada' }], class: 'identification', version: 1 },
      dateOfBirth: { value: '1815-12-10', class: 'identification', version: 1 },
      email: { value: 'ada@x.org', class: 'contact', version: 2 },
      phone: { value: '2', class: 'contact', version: 3 },
    });
  });

  it('open class by class', async () => {
    expect([...(await open(['contact'])).keys()].sort()).toEqual(['email', 'phone']);
  });

  it('lie nowhere in clear', async () => {
    const sealed = await findSealedAttributes(node.database, 'ada');
    expect(sealed).toHaveLength(3);
    const { rows } = await node.database.pool.query<{ found: number }>(
      `select count(*) as found from (
        select e::text as line from store.events e union all select s::text from store.sealed_entries s
        union all select t::text from model.timeline t union all select i::text from model.identifiers i
      ) as lines where line like '%ada@x.org%' or line like '%1815-12-10%' or line like '%number of ada%'`,
    );
    expect(rows[0]?.found).toBe(0);
    for (const { entry } of sealed) expect(Buffer.from(entry).toString('latin1')).not.toContain('1815-12-10');
  });

  it('do not open with the keys of another node', async () => {
    const other = await openTestNode();
    await expect(openAttributes(node.database, other.keystore, 'ada')).rejects.toThrow();
    await other.close();
  });

  it('of an unknown identity are none', async () => {
    expect((await openAttributes(node.database, node.keystore, 'nobody')).size).toBe(0);
  });

  it('are the same when they are rebuilt', async () => {
    const { before, after } = await rebuild(node);
    expect(after).toBe(before);
    expect((await open()).get('phone')?.value).toBe('2');
  });
});
