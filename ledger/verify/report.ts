import type { Agreement } from './agreements.ts';
import type { Holder } from '../log/logSignature.ts';
import type { Alarm } from './alarm.ts';
import type { Discrepancy } from './discrepancy.ts';

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
  /** The registry log of these blocks, its root in base64, and the newest checkpoint that two agencies cosigned. */
  readonly log?: {
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    /** Agencies and their log keys in force. */
    readonly keys: readonly Holder[];
    readonly cosigned?: { readonly size: number; readonly agencies: readonly string[] };
  };
  /** What must be told although the ledger itself is good. */
  readonly alarms: readonly Alarm[];
  readonly fault?: {
    readonly block: number;
    readonly transaction?: number;
    readonly what: string;
    readonly code: Discrepancy['code'];
  };
  readonly notChecked: readonly string[];
};
