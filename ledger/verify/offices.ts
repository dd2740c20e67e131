import { AddOfficer, AdmitAgency } from '#domain/agency/commands.ts';
import type { Officer } from '#domain/agency/events.ts';
import type { TakenEvent } from './taken.ts';

const prefix = 'agency-';

/** Who holds office at which agency, followed through the agencies' own streams. */
export class Offices {
  /** Agency → officer → key, roles and time. An agency that was removed has none. */
  readonly #agencies = new Map<string, Map<string, Officer>>();

  take({ stream, type, data }: TakenEvent): void {
    if (!stream.startsWith(prefix)) return;
    const agency = stream.slice(prefix.length);
    if (type === 'AgencyAdmitted') this.#agencies.set(agency, new Map());
    const officers = this.#agencies.get(agency);
    for (const officer of officersIn(type, data)) officers?.set(officer.officer, officer);
    if (type === 'OfficerRemoved') officers?.delete(String(data['officer']));
    if (type === 'AgencyRemoved') this.#agencies.delete(agency);
  }

  isAdmitted(agency: string): boolean {
    return this.#agencies.has(agency);
  }

  /** Undefined when nobody of this id was ever in office there, or is no more. */
  find(agency: string, officer: string | undefined): Officer | undefined {
    return officer === undefined ? undefined : this.#agencies.get(agency)?.get(officer);
  }
}

/** Read as strictly as the commands: what two agencies write down together may be anything. */
function officersIn(type: string, data: TakenEvent['data']): readonly Officer[] {
  const read =
    type === 'AgencyAdmitted'
      ? AdmitAgency.shape.data.safeParse(data).data?.administrator
      : type === 'OfficerAdded'
        ? AddOfficer.shape.data.safeParse(data).data
        : undefined;
  if (read === undefined) return [];
  const { validUntil, ...officer } = read;
  return [validUntil === undefined ? officer : { ...officer, validUntil }];
}
