import type { Logger } from 'pino';
import type { Country } from '#domain/country.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { AccessLog } from '#projections/logs/accessRecords.ts';
import type { AnchoringStatus } from '#projections/logs/anchoring.ts';
import type { Ingest } from '#projections/ingest/ingest.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import type { NodeStore } from '#projections/kurrentdb/nodeStore.ts';
import type { NodeLog } from '#projections/logs/nodeLog.ts';
import type { Database } from '#projections/postgres/database.ts';
import type { AttemptLimit } from './release/attemptLimit.ts';
import type { AttributeCheck } from './offices/attributeCheck.ts';
import type { CatchUp } from './catchUp.ts';
import type { AuditorCaller, Caller, OfficerCaller, ResidentCaller, ServiceCaller } from './caller.ts';
import type { NodeSigner } from './nodeSigner.ts';
import type { Listener } from './subscriptions/subscriptions.ts';
import type { Stranger } from './release/notAvailable.ts';
import type { Office } from './offices/office.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** Everything an answer may be made from. */
export type GatewayParts = {
  readonly country: Country;
  readonly ledger: Ledger;
  readonly database: Database;
  readonly keystore: Keystore;
  readonly ingest: Pick<Ingest, 'height' | 'reached' | 'risen' | 'status'>;
  /** Where the node's events lie, if not in the database. */
  readonly store?: NodeStore | undefined;
  /** The logs of this node, and how the anchoring of each agency here is; a gateway without them serves nothing under /log. */
  readonly log?: NodeLog & { readonly anchoring: () => ReadonlyMap<string, AnchoringStatus> };
  readonly signer: NodeSigner;
  readonly logger: Logger;
  readonly accessLog: AccessLog;
  readonly attempts: AttemptLimit;
  readonly catchUp: CatchUp;
  readonly stranger: Stranger;
  readonly checkAttributes: AttributeCheck;
  /** The agencies whose officers this gateway serves, by name. */
  readonly offices: ReadonlyMap<string, Office>;
  /** Addresses of other agencies' gateways, by agency, as far as the operator has named them. */
  readonly nodes: ReadonlyMap<string, string>;
  readonly webhooks: Webhooks;
};

/** One request's context: the parts, who asks where a token said so, and who listens where an event stream is accepted. */
export type GatewayContext = GatewayParts & { readonly caller?: Caller; readonly listener?: Listener };

/** A request of a relying party. */
export type ServiceContext = GatewayContext & { readonly caller: ServiceCaller };
/** A request of a person. */
export type ResidentContext = GatewayContext & { readonly caller: ResidentCaller };
/** A request of an officer. */
export type OfficerContext = GatewayContext & { readonly caller: OfficerCaller };
/** A request of an auditor. */
export type AuditorContext = GatewayContext & { readonly caller: AuditorCaller };
