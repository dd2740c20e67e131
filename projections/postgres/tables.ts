import type { Generated } from 'kysely';

/** What Kysely knows of the tables; columns as in the migrations beside this file. */
export type Tables = {
  readonly 'store.events': {
    readonly xact: Generated<string>;
    readonly sequence: Generated<number>;
    readonly id: string;
    readonly stream: string;
    readonly version: number;
    readonly type: string;
    readonly body: string;
    readonly block: number | null;
    readonly transaction: number | null;
    readonly event: number | null;
    readonly transaction_id: string | null;
  };
};
