import type { Agreement } from './agreements.ts';

/** What was checked, and the first thing that does not hold. */
export type Report = {
  readonly blocks: number;
  readonly transactions: number;
  /** Of them, those that took effect. */
  readonly valid: number;
  readonly signatures: {
    readonly orderers: number;
    readonly creatorsAndEndorsers: number;
    /** Under changes of configuration. */
    readonly administrators: number;
  };
  readonly configurations: number;
  readonly streams: number;
  readonly events: number;
  readonly channel: string;
  /** Hash of block 0 in hexadecimal: what to pin. */
  readonly first: string;
  /** Hash of the last good block in hexadecimal. */
  readonly last: string;
  /** Every definition of a chaincode, oldest first. The embedded ledger has none. */
  readonly agreements: readonly Agreement[];
  readonly fault?: { readonly block: number; readonly transaction?: number; readonly what: string };
  readonly notChecked: readonly string[];
};
