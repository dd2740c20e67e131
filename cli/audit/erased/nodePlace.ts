import type { NodeOptions, Settings } from '../../settings.ts';

/** What may be said of the node beside its settings. */
export type ErasedOptions = NodeOptions & {
  readonly from?: string;
  readonly peerData?: readonly string[];
  readonly databaseFiles?: string;
  readonly log?: readonly string[];
  readonly oldestBackup?: string;
};

/** Which node is looked at, and where its things lie. */
export type NodePlace = { readonly options: ErasedOptions; readonly settings: Settings; readonly agency: string };
