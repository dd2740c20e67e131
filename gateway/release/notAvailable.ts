import { randomBytes } from 'node:crypto';
import { makeDisclosure } from '#domain/seal/disclosure.ts';
import { sealerOf, unwrapContentKey } from '#domain/seal/sealing.ts';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { keyPlace, openSealed } from '#projections/keys/opening.ts';
import { randomId } from '../randomId.ts';
import { Refused } from '../refused.ts';

/**
 * The one answer without a live consent: the person is absent, suspended, unwilling or was never asked, and the party cannot
 * tell which. A constant, so that no word of it can differ.
 */
export function notAvailable(): Refused {
  return new Refused('NOT_AVAILABLE', 'no live consent of such a person for this party and purpose');
}

/**
 * Somebody who does not exist, for doing the work that a real person would cost. An answer that came sooner for absent
 * people would tell who is registered, so the same questions go to the database under a name that finds nothing, and where
 * a real person's sealed values would be opened, this one's are.
 */
export type Stranger = {
  /** An identity that cannot be registered: drawn when the node started and told to nobody. */
  readonly identity: string;
  readonly open: () => void;
};

/** Makes a stranger whose sealed values cost about what the terms of a consent cost to open. */
export function createStranger(keystore: Keystore): Stranger {
  const identity = randomId();
  const stream = `consent-${identity}`;
  const nobody = newTransportKey();
  const { entry } = sealerOf(randomBytes(32)).seal(
    { channel: '', stream, version: 1, class: '' },
    [makeDisclosure('subject', identity), makeDisclosure('terms', '-'.repeat(400))],
    [{ agency: '', key: nobody.publicKey }],
  );
  const wrapped = keystore.wrap(unwrapContentKey(entry, '', nobody.privateKey), keyPlace(stream, 1));
  return { identity, open: () => void openSealed(keystore, { stream, version: 1, entry, wrapped }) };
}
