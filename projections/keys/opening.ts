import type { OpenedValue } from '#domain/decider.ts';
import { effectiveFromName } from '#domain/identity/effectiveDate.ts';
import { enrolmentIdName } from '#domain/identity/enrolmentId.ts';
import { openDisclosure } from '#domain/seal/disclosure.ts';
import { openEntry } from '#domain/seal/sealing.ts';
import { findKnownAttributes, findSealedAttributes, type SealedAttributes } from '../models/attributes.ts';
import type { Keystore } from './keystore.ts';
import type { Point } from '../past/point.ts';
import type { Database } from '../postgres/database.ts';

/** An attribute's value; `version` is that of the event that last said it. */
export type OpenedAttribute = {
  readonly value: unknown;
  readonly class: string;
  readonly version: number;
  /** The day since which it holds in the world, where it was recorded with one. */
  readonly effectiveFrom?: string;
};

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
  return new Map(sealed.flatMap((each) => openOne(keystore, identity, each).attributes));
}

/**
 * The attributes of an identity at a point, in clear. What was recorded later says what holds from its own effective day on,
 * so of the values known then, and holding by the effective day, the one that was recorded last counts.
 */
export async function openAttributesAt(
  db: Database,
  keystore: Keystore,
  identity: string,
  point: Point,
): Promise<ReadonlyMap<string, OpenedAttribute>> {
  const known = await findKnownAttributes(db, identity, point);
  const opened = known.map((each) => ({ ...each, ...openOne(keystore, identity, each) }));
  const holding = opened.filter(({ held, effectiveFrom }) =>
    effectiveFrom === undefined || point.effective === undefined ? held : effectiveFrom <= point.effective,
  );
  return new Map(holding.flatMap(({ attributes }) => attributes));
}

function openOne(
  keystore: Keystore,
  identity: string,
  { version, class: className, entry, wrapped }: SealedAttributes,
) {
  const values = openSealed(keystore, { stream: `identity-${identity}`, version, entry, wrapped });
  const day = values.find(({ name }) => name === effectiveFromName)?.value;
  const effectiveFrom = typeof day === 'string' ? day : undefined;
  const about = { class: className, version, ...(effectiveFrom !== undefined && { effectiveFrom }) };
  const attributes = values
    .filter(({ name }) => name !== enrolmentIdName && name !== effectiveFromName)
    .map(({ name, value }): [string, OpenedAttribute] => [name, { value, ...about }]);
  return { attributes, effectiveFrom };
}
