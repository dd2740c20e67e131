import { isPrivate } from '../batch.ts';
import type { Submission } from '../ledger.ts';
import { EndorsementFailed } from '../transactor.ts';
import { Avoidance } from './avoidance.ts';
import type { FabricConnection } from './connection.ts';

/**
 * The agencies that may see a batch: all that endorse, or, with private values in it, those among them that are members of every class.
 * Fabric hands the private values to each endorser it is told to ask, member or not, so this is where they are held back.
 */
export function agenciesThatMaySee(connection: FabricConnection, batch: readonly Submission[]): readonly string[] {
  const classes = new Set(batch.filter(isPrivate).map(({ command }) => command.sealed?.class ?? ''));
  const circles = [...classes].map((name) => connection.classes[name]?.members ?? []);
  if (circles.some((members) => !members.includes(connection.agency)))
    throw new EndorsementFailed('this agency is not a member of the class', { retryable: false });
  const eligible = connection.endorsement.agencies.filter((agency) => circles.every((each) => each.includes(agency)));
  if (eligible.length < connection.endorsement.required)
    throw new EndorsementFailed('too few members of the class endorse', { retryable: false });
  return eligible;
}

/** Chooses who endorses: as many as must agree, the own agency among them, the work spread over the others. */
export class Endorsers {
  readonly #connection: FabricConnection;
  readonly #failing = new Avoidance();
  #turn = 0;

  constructor(connection: FabricConnection) {
    this.#connection = connection;
  }

  choose(eligible: readonly string[]): readonly string[] {
    const { agency, endorsement } = this.#connection;
    const others = eligible.filter((each) => each !== agency);
    this.#turn = (this.#turn + 1) % Math.max(1, others.length);
    const turned = [...others.slice(this.#turn), ...others.slice(0, this.#turn)];
    const preferred = [...eligible.filter((each) => each === agency), ...turned];
    return this.#failing.lastOf(preferred, (each) => each).slice(0, endorsement.required);
  }

  /** Remembers agencies that could not endorse; answers whether that leaves another choice among the eligible. */
  failed(agencies: readonly string[], eligible: readonly string[]): boolean {
    for (const agency of agencies) this.#failing.add(agency);
    const healthy = eligible.filter((agency) => !this.#failing.has(agency));
    return agencies.length > 0 && healthy.length >= this.#connection.endorsement.required;
  }
}
