import * as z from 'zod';
import { ConsentTerms } from '#domain/consent/terms.ts';
import type { OpenedValue } from '#domain/decider.ts';
import { nounOf, type LedgerEvent } from '#domain/envelope.ts';
import { uniqueValues } from '#domain/identity/uniqueValues.ts';
import type { IdentitySchema } from '#domain/identitySchema/events.ts';
import type { Keystore } from '../keys/keystore.ts';

/** By what one sealed entry is found at this node; a row of keystore.blind_indexes. */
export type BlindIndex = {
  readonly stream: string;
  readonly version: number;
  readonly kind: string;
  readonly blind_index: string;
};

/** Makes the indexes of sealed facts; `opened` is called only where there is something to find. */
export function blindIndexer(
  keystore: Keystore,
  schemas: ReadonlyMap<number, IdentitySchema>,
): (event: LedgerEvent, opened: () => readonly OpenedValue[]) => readonly BlindIndex[] {
  return (event, opened) => {
    const { stream, version } = event;
    return hashes(event, opened).map(({ kind, hash }) => ({ stream, version, kind, blind_index: hash }));
  };

  function hashes(event: LedgerEvent, opened: () => readonly OpenedValue[]): readonly Hash[] {
    const noun = nounOf(event.stream);
    if (noun === 'consent') return ofConsent(keystore, opened());
    if (noun !== 'identity') return [];
    const schema = 'schema' in event.data ? schemas.get(Number(event.data.schema)) : undefined;
    if (schema === undefined) throw new Error('private values under an identity schema that was never published');
    const className = event.sealed?.class ?? '';
    if (!mayIdentify(schema, className)) return [];
    return uniqueValues({ schema, className, opened: opened() }).map(({ kind, value }) => ({
      kind,
      hash: keystore.blindIndex(kind, value),
    }));
  }
}

// Made once: zod spends more on making a schema than on using it.
const Subject = z.string();

type Hash = { readonly kind: string; readonly hash: string };

/** Opening costs; classes without number and handles (biometric references, say) stay shut. */
function mayIdentify({ fields, number }: IdentitySchema, className: string): boolean {
  return fields.some((field) => field.class === className && (field.handle || field.name === number.attribute));
}

function ofConsent(keystore: Keystore, opened: readonly OpenedValue[]): readonly Hash[] {
  const { subject, terms } = readConsent(opened);
  return [
    { kind: 'subject', hash: subjectIndex(keystore, subject) },
    { kind: 'pair', hash: pairIndex(keystore, subject, terms.party) },
    { kind: 'party', hash: partyIndex(keystore, terms.party) },
    { kind: 'pairwise', hash: keystore.pairwise(terms.party, subject) },
  ];
}

/** The private values of a consent. */
export function readConsent(opened: readonly OpenedValue[]): {
  readonly subject: string;
  readonly terms: ConsentTerms;
} {
  const valueOf = (name: string) => opened.find((each) => each.name === name)?.value;
  return { subject: Subject.parse(valueOf('subject')), terms: ConsentTerms.parse(valueOf('terms')) };
}

/** What stands for a person in this node's tables. */
export function subjectIndex(keystore: Keystore, identity: string): string {
  return keystore.blindIndex('subject', identity);
}

/** What stands for a person together with a party. */
export function pairIndex(keystore: Keystore, identity: string, party: string): string {
  return keystore.blindIndex('pair', `${identity} ${party}`);
}

/** What stands for a party in this node's tables, where who it is would say with whom people have to do. */
export function partyIndex(keystore: Keystore, party: string): string {
  return keystore.blindIndex('party', party);
}
