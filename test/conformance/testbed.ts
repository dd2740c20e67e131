import type { Country } from '#domain/country.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Transactor } from '#ledger/transactor.ts';
import { agencies, schema, type AgencyName } from '#test/registry.ts';

/** One ledger under test with a node for each of three agencies. */
export type Testbed = {
  readonly ledger: (agency: AgencyName) => Ledger;
  /** A door below group commit: one batch, one transaction, with a clock that is `clockOffsetMs` wrong. */
  readonly transactor: (agency: AgencyName, clockOffsetMs?: number) => Transactor;
  /** The same door at a node that believes everybody holds every class. */
  readonly carelessTransactor: (agency: AgencyName) => Transactor;
  /** The folder in which everything lies that the machines of an agency keep; one for all where they share a machine. */
  readonly disk: (agency: string) => string;
  /** Ends everything that runs and starts it again on the data it left; `ledger` answers what is open afterwards. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Classes that two of the three agencies hold, and the one that does not. */
export const narrowClasses = [
  { name: 'contact', members: ['civil-registry', 'election-office'], stranger: 'social-protection' },
  { name: 'biometric-reference', members: ['election-office', 'social-protection'], stranger: 'civil-registry' },
] as const;

const classes: Country['classes'] = {
  ...schema.classes,
  ...Object.fromEntries(narrowClasses.map(({ name, members }) => [name, { members }])),
};

/** Who takes part and holds what, on either ledger. */
export const members = {
  agencies: [...agencies.map((name) => ({ name, peer: true })), { name: 'audit-office', peer: false }],
  endorsement: { agencies: [...agencies], required: 2 },
  classes,
};

/** The test registry's schema with different members in its classes, and a field in each. */
export const testSchema = {
  ...schema,
  fields: [
    ...schema.fields,
    { name: 'faceReference', class: 'biometric-reference', multilingual: false, handle: false },
  ],
  classes,
};
