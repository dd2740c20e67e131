import type { AdmitAgency } from '#domain/agency/commands.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import type { AgencyKeys } from './agencyKeys.ts';
import { SettingsFault } from './settings.ts';

/** The keys of its own that an agency enters with: public halves only. */
export function admissionKeys({ transportKey, logKey, nodeKey }: AgencyKeys) {
  return { transportKey, logKey: logKey.publicKey, nodeKey };
}

/**
 * Throws where others agreed on other keys than this agency has: what is sealed for a key that nobody has stays sealed, and a
 * node with another key is believed by nobody.
 */
export function demandOwnKeys({ transportKey, logKey, nodeKey }: AdmitAgency['data'], keys: AgencyKeys): void {
  if (canonicalJson({ transportKey, logKey, nodeKey }) === canonicalJson(admissionKeys(keys))) return;
  throw new SettingsFault('the proposal names other keys than this node has: propose what `plinth enter` prints');
}
