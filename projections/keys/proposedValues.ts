import { openEntry } from '#domain/seal/sealing.ts';
import type { Keystore } from './keystore.ts';
import { keyPlace } from './opening.ts';
import { ask } from '../postgres/ask.ts';
import type { Database } from '../postgres/database.ts';

const besideProposal = {
  name: 'find-proposed-values',
  text: `select e.entry, k.wrapped from store.sealed_entries e
    join keystore.content_keys k using (stream, version) where e.stream = $1 and e.version = 1`,
};

/**
 * The disclosures that travelled beside a proposal, as they are: carried out, they must have the digests that were agreed on.
 * Undefined when this node has none. Never to be kept.
 */
export async function openProposedDisclosures(
  db: Database,
  keystore: Keystore,
  proposal: string,
): Promise<readonly string[] | undefined> {
  const stream = `proposal-${proposal}`;
  const [sealed] = await ask<{ entry: Uint8Array; wrapped: Uint8Array }>(db, besideProposal, [stream]);
  return sealed && openEntry(sealed.entry, keystore.open(sealed.wrapped, keyPlace(stream, 1)));
}
