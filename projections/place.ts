import { v5 } from 'uuid';

/** Where a fact stands on the ledger; places are ordered by block, transaction and index. */
export type Place = { readonly block: number; readonly transaction: number; readonly index: number };

const ledgerEvents = 'c7f7a1f0-6a0e-5d0c-9b43-0d6a4c0f1e57'; // our own name space, drawn once

/** The same fact has the same id at every node and after every rebuild. */
export function ledgerEventId(transactionId: string, index: number): string {
  return v5(`${transactionId} ${index}`, ledgerEvents);
}

/** Sorts places into ledger order. */
export function comparePlaces(one: Place, other: Place): number {
  return one.block - other.block || one.transaction - other.transaction || one.index - other.index;
}

/** Whether one place comes before another on the ledger. */
export function isBefore(one: Place, other: Place): boolean {
  return comparePlaces(one, other) < 0;
}
