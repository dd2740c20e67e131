import { decodeBlock } from '#ledger/blocks/decodeBlock.ts';
import { ledgerEventsOf } from '#ledger/blocks/ledgerEvents.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { projectedFrom } from '../ingest/intake.ts';
import { inPages } from '../ingest/pages.ts';
import type { FactSource } from './storedFacts.ts';

const pageWeight = 2000;

/** The facts as they stand in the ledger's own blocks, so that a rebuild does not have to believe the event store. */
export function ledgerFacts(ledger: Ledger): FactSource {
  let next = 0;
  return async function* (upTo) {
    for await (const page of inPages(decoded(ledger, next, upTo), pageWeight, ({ facts }) => facts.length + 1)) {
      next = (page.at(-1)?.number ?? next) + 1;
      yield page.flatMap(({ facts }) => facts);
    }
  };
}

async function* decoded(ledger: Ledger, from: number, upTo: number) {
  if (from > upTo) return;
  const stop = new AbortController();
  try {
    for await (const block of ledger.blocks(from, stop.signal)) {
      yield { number: block.number, facts: ledgerEventsOf(decodeBlock(block)).map(projectedFrom) };
      if (block.number >= upTo) return;
    }
  } finally {
    stop.abort();
  }
}
