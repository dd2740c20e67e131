import { randomBytes } from 'node:crypto';
import type { Fact, LedgerEvent } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { disclosureDigest, makeDisclosure } from '#domain/seal/disclosure.ts';
import { sealerOf, type Recipient } from '#domain/seal/sealing.ts';
import type { BlockEvent } from '#ledger/blocks/ledgerEvents.ts';

export type NewFact = {
  readonly stream: string;
  readonly fact: Fact;
  readonly at?: string;
  readonly officer?: string;
  /** The agency whose node sent it; civil-registry where none is named. */
  readonly agency?: string;
  /** The proposal that it carries out. */
  readonly proposal?: string;
  readonly sealed?: { readonly class: string; readonly values: Readonly<Record<string, unknown>> };
};

/** A registry that says what the chaincode would have recorded: hash chains, digests and sealed entries are real. */
export class RegistryFacts {
  readonly #recipients: readonly Recipient[];
  readonly #heads = new Map<string, { readonly version: number; readonly hash: string }>();
  #block = 0;

  constructor(recipients: readonly Recipient[]) {
    this.#recipients = recipients;
  }

  /** One block with one transaction that recorded these facts. */
  block(...facts: readonly NewFact[]): { readonly number: number; readonly facts: readonly BlockEvent[] } {
    const number = this.#block;
    this.#block += 1;
    const transactionId = sha256(`transaction ${number}`);
    return {
      number,
      facts: facts.map((fact, index) => ({
        block: number,
        transaction: 0,
        transactionId,
        index,
        ...this.#record(fact),
      })),
    };
  }

  #record({ stream, fact, sealed, ...said }: NewFact): Pick<BlockEvent, 'bytes' | 'event' | 'entry'> {
    const head = this.#heads.get(stream);
    const version = (head?.version ?? 0) + 1;
    const seal = sealed && this.#seal(stream, version, sealed);
    const event: LedgerEvent = {
      ...fact,
      stream,
      version,
      ...circumstancesOf(said),
      command: randomBytes(16).toString('base64url'),
      ...(head && { prev: head.hash }),
      ...(seal && { sealed: seal.reference }),
    };
    const bytes = Buffer.from(canonicalJson(event));
    this.#heads.set(stream, { version, hash: sha256(bytes) });
    const recorded = JSON.parse(bytes.toString()) as BlockEvent['event']; // what the ledger gives back of it
    return { bytes, event: recorded, ...(seal && { entry: seal.entry }) };
  }

  #seal(stream: string, version: number, { class: className, values }: NonNullable<NewFact['sealed']>) {
    const disclosures = Object.entries(values).map(([name, value]) => makeDisclosure(name, value));
    const place = { channel: 'plinth', stream, version, class: className };
    const { entry, commitment } = sealerOf(randomBytes(32)).seal(place, disclosures, this.#recipients);
    return {
      entry,
      reference: { class: className, digests: disclosures.map(disclosureDigest).sort(), key: commitment },
    };
  }
}

function circumstancesOf({ at, agency, officer, proposal }: Omit<NewFact, 'stream' | 'fact' | 'sealed'>) {
  return {
    at: at ?? '2026-01-01T00:00:00.000Z',
    by: { agency: agency ?? 'civil-registry', ...(officer !== undefined && { officer }) },
    ...(proposal !== undefined && { proposal }),
  };
}
