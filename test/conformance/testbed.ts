import type { Ledger } from '#ledger/ledger.ts';
import type { Transactor } from '#ledger/transactor.ts';
import { agencies, schema, type AgencyName } from '#test/registry.ts';

/** One ledger under test with a node for each of three agencies. */
export type Testbed = {
  readonly ledger: (agency: AgencyName) => Ledger;
  /** A door below group commit: one batch, one transaction, with a clock that is `clockOffsetMs` wrong. */
  readonly transactor: (agency: AgencyName, clockOffsetMs?: number) => Transactor;
  /** Ends everything that runs and starts it again on the data it left; `ledger` answers what is open afterwards. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The class that only two of the three agencies hold. */
export const narrowClass = 'biometric-reference';

/** Who takes part and holds what, on either ledger. */
export const members = {
  agencies: [...agencies.map((name) => ({ name, peer: true })), { name: 'audit-office', peer: false }],
  endorsement: { agencies: [...agencies], required: 2 },
  classes: { ...schema.classes, [narrowClass]: { members: ['civil-registry', 'election-office'] } },
};

/** The test registry's schema with the narrow class and one field in it. */
export const testSchema = {
  ...schema,
  fields: [...schema.fields, { name: 'faceReference', class: narrowClass, multilingual: false, handle: false }],
  classes: members.classes,
};
