import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { makeDisclosure } from '#domain/seal/disclosure.ts';
import { sealerOf } from '#domain/seal/sealing.ts';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import type { BlockEvent } from '#ledger/blocks/ledgerEvents.ts';
import { findByIdentifier } from '../models/identifiers.ts';
import { missingCounts } from '../ingest/missing.ts';
import { openAttributes } from './opening.ts';
import { recorded, registered, sampleSchema, schemaPublished } from '../testing/samples.ts';
import { openTestNode, type TestNode } from '../testing/testNode.ts';
import type { Unfit } from './unseal.ts';

let node: TestNode;
beforeAll(async () => {
  node = await openTestNode();
  await node.take(schemaPublished());
});
afterAll(() => node.close());

type Entry = { ciphertext: string; ephemeral: string; place: object; wraps: Record<string, string> };

const changedEntry = (fact: BlockEvent, change: (entry: Entry) => Partial<Entry>): BlockEvent => {
  const entry = JSON.parse(Buffer.from(fact.entry ?? '').toString()) as Entry; // sealed by the test's own registry
  return { ...fact, entry: Buffer.from(canonicalJson({ ...entry, ...change(entry) })) };
};

/** The same values at the same place, sealed with another seed for these recipients. */
const sealedAnew = ({ event: { stream, version } }: BlockEvent, agency: string, key: string): Uint8Array => {
  const place = { channel: 'plinth', stream, version, class: 'identification' };
  return sealerOf(randomBytes(32)).seal(place, [makeDisclosure('surname', 'x')], [{ agency, key }]).entry;
};

const withoutEntry = ({ block, transaction, transactionId, index, bytes, event }: BlockEvent): BlockEvent => ({
  ...{ block, transaction, transactionId, index, bytes, event },
});

const foreignKey = newTransportKey().publicKey;
const bent: readonly (readonly [Unfit, string, (fact: BlockEvent) => BlockEvent])[] = [
  ['ERR_ENTRY_MISSING', 'nothing came', withoutEntry],
  ['ERR_ENTRY_UNREADABLE', 'it is no entry', (fact) => ({ ...fact, entry: randomBytes(300) })],
  ['ERR_ENTRY_UNREADABLE', 'it is JSON of something else', (fact) => ({ ...fact, entry: Buffer.from('null') })],
  [
    'ERR_ENTRY_MISPLACED',
    "it is somebody else's",
    (fact) => ({ ...fact, event: { ...fact.event, stream: `${fact.event.stream}-other` } }),
  ],
  [
    'ERR_WRAP_MISSING',
    'it was sealed for others',
    (fact) => ({ ...fact, entry: sealedAnew(fact, 'election-office', foreignKey) }),
  ],
  [
    'ERR_WRAP_UNFIT',
    'it was wrapped for a key nobody has',
    (fact) => ({ ...fact, entry: sealedAnew(fact, 'civil-registry', foreignKey) }),
  ],
  [
    'ERR_WRAP_UNFIT',
    'the wrap is too short',
    (fact) => changedEntry(fact, () => ({ wraps: { 'civil-registry': 'AAAA' } })),
  ],
  ['ERR_KEY_UNFIT', 'the fact commits to another key', (fact) => withSealed(fact, { key: 'A'.repeat(43) })],
  [
    'ERR_TEXT_UNFIT',
    'the text was changed',
    (fact) => changedEntry(fact, ({ ciphertext }) => ({ ciphertext: `AAAA${ciphertext.slice(4)}` })),
  ],
  ['ERR_DIGEST_UNFIT', 'the fact names other values', (fact) => withSealed(fact, { digests: ['B'.repeat(43)] })],
];

function withSealed(fact: BlockEvent, change: Partial<NonNullable<BlockEvent['event']['sealed']>>): BlockEvent {
  const { sealed } = fact.event;
  return sealed === undefined ? fact : { ...fact, event: { ...fact.event, sealed: { ...sealed, ...change } } };
}

const counts = async () => {
  const all = await missingCounts(node.database);
  return Object.fromEntries(all.map(({ class: name, reason, count }) => [`${name} ${reason}`, count]));
};

describe('a sealed value that does not fit its fact', () => {
  it.each(bent)('is named %s and never served: %s', async (code, what, change) => {
    const before = (await counts())[`identification ${code}`] ?? 0;
    const id = what.replaceAll(/\W/g, '');
    await node.takeChanged(registered(id), change);
    expect((await counts())[`identification ${code}`]).toBe(before + 1);
    expect(await openAttributes(node.database, node.keystore, id)).toEqual(new Map());
    const asked = { kind: 'number', value: `number of ${id}` };
    expect(await findByIdentifier(node.database, node.keystore, asked)).toBeUndefined();
  });

  it('is named when it is not what its fact speaks of, and stops nobody', async () => {
    await node.take({
      stream: 'consent-odd',
      fact: {
        type: 'ConsentGiven',
        data: { validFrom: '2026-01-01T00:00:00.000Z', validUntil: '2027-01-01T00:00:00.000Z' },
      },
      sealed: { class: 'consent', values: { terms: 'none at all' } },
    });
    expect(await counts()).toMatchObject({ 'consent ERR_VALUE_UNFIT': 1 });
    await node.take(registered('afterwards'));
    expect((await openAttributes(node.database, node.keystore, 'afterwards')).size).toBe(1);
  });
});

describe('values of a class that the agency does not hold', () => {
  const contactOf = (version: number, members: readonly string[]) => ({
    stream: schemaStream,
    fact: {
      type: 'IdentitySchemaPublished',
      data: { ...sampleSchema, version, classes: { ...sampleSchema.classes, contact: { members } } },
    },
  });
  it('are not missed, until it joins the class', async () => {
    await node.take(contactOf(2, ['election-office', 'social-protection']));
    await node.take(registered('joining'));
    const contact = recorded('joining', 'AttributesRecorded', { class: 'contact', values: { phone: '1' } });
    await node.takeChanged(contact, withoutEntry);
    expect(await counts()).not.toHaveProperty('contact ERR_ENTRY_MISSING');
    await node.take(contactOf(3, ['civil-registry', 'election-office']));
    expect(await counts()).toMatchObject({ 'contact ERR_ENTRY_MISSING': 1 });
  });
});
