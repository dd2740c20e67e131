/** Something that an auditor must hear of although every signature of the ledger holds. */
export type Alarm = {
  readonly code:
    | 'ERR_LEDGER_BAD'
    | 'ERR_STREAM_REWRITTEN'
    | 'ERR_FORK'
    | 'ERR_STATE_DISPUTED'
    | 'ERR_RULE_BROKEN'
    | 'ERR_HEAD_FALSE'
    | 'ERR_ROOT_DISPUTED'
    | 'ERR_COSIGNATURE_WRONG'
    | 'ERR_COSIGNER_REMOVED'
    | 'ERR_EVENT_LATE'
    | 'ERR_ANCHOR_SILENT'
    | 'ERR_MEMORY_DAMAGED';
  readonly block: number;
  readonly what: string;
};
