import type { LogKey } from '#ledger/log/logKey.ts';

/** The logs that a node keeps, and who signs for them. */
export type NodeLog = {
  readonly agency: string;
  readonly key: LogKey;
  /** Name of the registry log; rejects while neither database nor ledger can tell. */
  readonly origin: () => Promise<string>;
};
