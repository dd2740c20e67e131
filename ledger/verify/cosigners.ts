import type { Holder } from '../log/logSignature.ts';
import type { TakenEvent } from './taken.ts';

/** Whose log keys are in force, followed through the agencies' own streams. */
export class Cosigners {
  readonly #keys = new Map<string, string>();
  readonly #removed = new Set<string>();

  take({ stream, type, data }: TakenEvent): void {
    if (!stream.startsWith(prefix)) return;
    const agency = stream.slice(prefix.length);
    const key = type === 'AgencyAdmitted' ? data['logKey'] : data['key'];
    if ((type === 'AgencyAdmitted' || type === 'LogKeyRotated') && typeof key === 'string') this.#keys.set(agency, key);
    if (type === 'AgencyAdmitted') this.#removed.delete(agency);
    if (type !== 'AgencyRemoved') return;
    this.#keys.delete(agency);
    this.#removed.add(agency);
  }

  get inForce(): readonly Holder[] {
    return [...this.#keys].map(([agency, publicKey]) => ({ agency, publicKey }));
  }

  keyOf(agency: string): string | undefined {
    return this.#keys.get(agency);
  }

  isRemoved(agency: string): boolean {
    return this.#removed.has(agency);
  }
}

const prefix = 'agency-';
