import type { Country } from '#domain/country.ts';
import { canonicalHandle, handleKind } from '#domain/identity/handle.ts';
import { checkNumber } from '#domain/identity/number.ts';
import type { Identifier } from '#projections/models/identifiers.ts';
import { Refused } from '../refused.ts';

/** What a person is known by to everybody: the identity number, or a handle that only one person has. */
export type Identified = {
  readonly number?: string | null | undefined;
  readonly handle?: { readonly attribute: string; readonly value: string } | null | undefined;
};

/** The identifier behind it. Refuses what cannot be one: that says something about the writing, nothing about a person. */
export function identifierOf({ number: rules }: Country, { number, handle }: Identified): Identifier {
  if (number !== undefined && number !== null) {
    if (!checkNumber(number, rules)) throw new Refused('ERR_NUMBER_INVALID', 'wrong length, digits or check digit');
    return { kind: 'number', value: number };
  }
  const value = canonicalHandle(handle?.value);
  if (handle === undefined || handle === null || value === undefined)
    throw new Refused('ERR_MALFORMED', 'the handle is empty');
  return { kind: handleKind(handle.attribute), value };
}
