import type { OpenedValue } from '#domain/decider.ts';
import { enrolmentIdName } from '#domain/identity/enrolmentId.ts';
import { openDisclosure } from '#domain/seal/disclosure.ts';
import { openEntry } from '#domain/seal/sealing.ts';
import { findSealedAttributes } from './attributes.ts';
import type { Keystore } from './keystore.ts';
import type { Database } from './postgres/database.ts';

/** An attribute's value now; `version` is that of the event that last said it. */
export type OpenedAttribute = { readonly value: unknown; readonly class: string; readonly version: number };

/** A sealed entry at rest, with its content key under the node's own key. */
export type SealedAtRest = {
  readonly stream: string;
  readonly version: number;
  readonly entry: Uint8Array;
  readonly wrapped: Uint8Array;
};

/** Opens one sealed entry. Throws when key, entry and place do not fit each other. */
export function openSealed(keystore: Keystore, { stream, version, entry, wrapped }: SealedAtRest): OpenedValue[] {
  return openValues(entry, keystore.open(wrapped, keyPlace(stream, version)));
}

/** The values of an entry whose content key is at hand. */
export function openValues(entry: Uint8Array, contentKey: Uint8Array): OpenedValue[] {
  return openEntry(entry, contentKey).map((disclosure) => {
    const { name, value } = openDisclosure(disclosure);
    return { name, value };
  });
}

/** What binds a wrapped content key to its entry. */
export function keyPlace(stream: string, version: number): string {
  return `${stream} ${version}`;
}

/** The attributes of an identity in clear, later values before earlier ones: for the answer at hand only, never to be kept. */
export async function openAttributes(
  db: Database,
  keystore: Keystore,
  identity: string,
  classes?: readonly string[],
): Promise<ReadonlyMap<string, OpenedAttribute>> {
  const sealed = await findSealedAttributes(db, identity, classes);
  const opened = sealed.flatMap(({ version, class: className, entry, wrapped }) =>
    openSealed(keystore, { stream: `identity-${identity}`, version, entry, wrapped })
      .filter(({ name }) => name !== enrolmentIdName)
      .map(({ name, value }): [string, OpenedAttribute] => [name, { value, class: className, version }]),
  );
  return new Map(opened);
}
