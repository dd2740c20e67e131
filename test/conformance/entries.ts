import { eventually } from '#test/eventually.ts';
import type { AgencyName } from '#test/registry.ts';
import type { Office } from './office.ts';

type Place = { readonly class: string; readonly key: string };

/** The sealed values that an agency's node is given at this place now. */
export function findEntry(office: Office, agency: AgencyName, place: Place): Promise<Uint8Array | undefined> {
  return office.bed().ledger(agency).privateEntry(place.class, place.key);
}

/** The same, once they have come. */
export function getEntry(office: Office, agency: AgencyName, place: Place): Promise<Uint8Array> {
  return eventually(async () => {
    const entry = await findEntry(office, agency, place);
    if (entry === undefined) throw new Error('not there yet');
    return entry;
  });
}
