import { peer } from '@hyperledger/fabric-protos';
import { demand } from './discrepancy.ts';

const { VALID, DUPLICATE_TXID } = peer.TxValidationCode;

/**
 * Why a transaction must not count. `codes`: the flags that say so; none where Fabric would not have noticed.
 * Optional: it need not count against the transaction.
 */
export type Fault = { readonly codes: readonly number[] | 'any'; readonly what: string; readonly isOptional?: boolean };

/** Compares a validity flag, which nobody signs, with what was found. Any true reason will do: ledgers check in different orders. */
export function compareFlag(code: number, faults: readonly Fault[]): void {
  const reason = faults.find(({ isOptional }) => isOptional !== true);
  if (code === VALID) demand(reason === undefined, `it is marked valid, but ${reason?.what ?? ''}`);
  const fits = code === VALID || faults.some(({ codes }) => codes === 'any' || codes.includes(code));
  demand(fits, `it is marked invalid (${code}), but ${reason?.what ?? 'nothing is wrong with it'}`);
}

type Ids = {
  readonly before: ReadonlySet<string>;
  readonly inBlock: ReadonlySet<string>;
  readonly sound: ReadonlySet<string>;
};

/** An id counts once. Within a block Fabric looks at earlier transactions that were sound, the embedded ledger at all of them. */
export function duplicateFaults(id: string, { before, inBlock, sound }: Ids): readonly Fault[] {
  if (id === '' || !(before.has(id) || inBlock.has(id))) return [];
  const isOptional = !before.has(id) && !sound.has(id);
  return [{ codes: [DUPLICATE_TXID], what: 'its id was there before', isOptional }];
}
