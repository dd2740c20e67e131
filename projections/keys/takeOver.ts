import { createPublicKey, verify } from 'node:crypto';
import type { PublicKey } from '#domain/publicKey.ts';
import type { CarriedKey } from '#domain/seal/carriedKey.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { blindIndexer } from '../models/blindIndexes.ts';
import { errandOf, HandOverEnd, HandOverHeader, HandOverLine } from './handOver.ts';
import { takeLate } from '../ingest/heal.ts';
import { schemasFor } from '../ingest/intake.ts';
import { KeyFault } from './keyFault.ts';
import type { Keystore } from './keystore.ts';
import { linesDigest } from './linesDigest.ts';
import { orUndefined } from './orUndefined.ts';
import { lockForLate } from '../ingest/lateLock.ts';
import { keyPlace } from './opening.ts';
import type { Database } from '../postgres/database.ts';
import { entryCheck } from './entryCheck.ts';
import { findFact } from '../models/storedFacts.ts';
import { fit, type OpenableFact } from './unseal.ts';

/** The lines of a hand-over, from the first; may be asked for more than once. */
type Lines = () => AsyncIterable<string>;

/** What the first line says. Throws a KeyFault when it is no hand-over. */
export async function headerOf(lines: Lines): Promise<HandOverHeader> {
  for await (const line of lines()) return parsed(HandOverHeader, line);
  throw damaged('it is empty');
}

/** Throws a KeyFault unless the node with this key has signed every line. */
export async function checkSignature(lines: Lines, nodeKey: PublicKey): Promise<void> {
  const digest = linesDigest();
  let held: string | undefined;
  let count = -1; // the first line is the header
  for await (const line of lines()) {
    if (held !== undefined) {
      digest.add(`${held}\n`);
      count += 1;
    }
    held = line;
  }
  const end = parsed(HandOverEnd, held ?? '');
  const key = { key: createPublicKey({ key: nodeKey, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
  if (end.count !== count || !verify('sha256', digest.end(count), key, Buffer.from(end.signature, 'base64url')))
    throw damaged('it is not whole, or not signed by the node that it names');
}

type Parts = {
  readonly database: Database;
  readonly keystore: Keystore;
  readonly ledger: Pick<Ledger, 'blocks'>;
};

/** How many values this node can serve now, and of the others how many failed for which reason. */
export type TakenOver = { readonly taken: number; readonly refused: ReadonlyMap<string, number> };

const pageSize = 200;

/**
 * Takes the keys of a hand-over, each only when its entry is the one whose hash stands on the ledger (as far as the own peer has
 * the blocks), and key and values are those that the fact commits to: who hands over need not be believed.
 */
export async function takeOver(parts: Parts, header: HandOverHeader, lines: Lines): Promise<TakenOver> {
  const open = parts.keystore.receive({ ...header, errand: errandOf(header) });
  const sum = { taken: 0, refused: new Map<string, number>() };
  for await (const page of pagesOf(lines)) {
    for (const code of await takePageOver({ ...parts, open, class: header.class }, page)) {
      if (code === 'taken') sum.taken += 1;
      else sum.refused.set(code, (sum.refused.get(code) ?? 0) + 1);
    }
  }
  return sum;
}

async function* pagesOf(lines: Lines): AsyncGenerator<readonly HandOverLine[]> {
  let page: HandOverLine[] = [];
  let number = 0;
  for await (const line of lines()) {
    number += 1;
    const entry = number === 1 ? undefined : HandOverLine.safeParse(orUndefined((): unknown => JSON.parse(line))).data; // the end is none, and signed
    if (entry !== undefined) page.push(entry);
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  yield page;
}

type Taking = Parts & { readonly open: (carried: CarriedKey) => Uint8Array; readonly class: string };

/** Of each line `taken`, or why not. */
async function takePageOver(taking: Taking, page: readonly HandOverLine[]): Promise<readonly string[]> {
  const { database, keystore, ledger } = taking;
  const facts = await database.kysely
    .transaction()
    .execute(async (trx) => Promise.all(page.map(({ stream, version }) => findFact(trx, stream, version))));
  const isOnLedger = await entryCheck(
    ledger,
    taking.class,
    facts.flatMap((fact) => fact ?? []),
  );
  return database.kysely.transaction().execute(async (trx) => {
    await lockForLate(trx);
    const indexesOf = blindIndexer(keystore, await schemasFor(trx));
    const results = page.map((line, index): OpenableFact | string => {
      const fact = facts[index];
      const entry = Buffer.from(line.entry, 'base64url');
      if (fact === undefined) return 'ERR_FACT_UNKNOWN';
      if (!isOnLedger(fact, entry)) return 'ERR_ENTRY_UNFIT';
      const contentKey = orUndefined(() =>
        taking.open({ place: keyPlace(line.stream, line.version), wrapped: line.key }),
      );
      return contentKey === undefined ? 'ERR_WRAP_UNFIT' : fit(indexesOf, { event: fact.event, entry, contentKey });
    });
    const openable = results.filter((each) => typeof each !== 'string');
    const streams = new Set(openable.map(({ event }) => `${event.stream} ${event.version}`));
    const late = facts.flatMap((fact) =>
      fact && streams.has(`${fact.event.stream} ${fact.event.version}`) ? [fact] : [],
    );
    await takeLate(trx, keystore, late, openable);
    return results.map((each) => (typeof each === 'string' ? each : 'taken'));
  });
}

function parsed<T>(schema: { readonly safeParse: (value: unknown) => { data?: T } }, line: string): T {
  const { data } = schema.safeParse(orUndefined((): unknown => JSON.parse(line)));
  if (data === undefined) throw damaged('a line of it is none of a hand-over');
  return data;
}

function damaged(reason: string): KeyFault {
  return new KeyFault('ERR_HAND_OVER_DAMAGED', reason);
}
