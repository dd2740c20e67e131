import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Country } from '#domain/country.ts';
import { getDescription } from '#network/description.ts';
import type { DatabasePlace } from '#projections/postgres/database.ts';

/** Root of this repository. */
export const repository = fileURLToPath(new URL('..', import.meta.url));

/** `agency=url` pairs between commas: where other agencies' gateways are reached. */
function parseNodes(text: string, context: z.RefinementCtx): ReadonlyMap<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  const nodes = pairs.map((pair) => /^\s*([a-z][a-z0-9-]*)=(\S+?)\s*$/.exec(pair) ?? []);
  if (nodes.some(([, agency, url]) => agency === undefined || url === undefined || !URL.canParse(url)))
    context.addIssue({ code: 'custom', message: 'agency=url pairs with commas between them' });
  return new Map(nodes.map(([, agency = '', url = '']) => [agency, url]));
}

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  PLINTH_DATA: z.string().min(1).default('.plinth'),
  PLINTH_COUNTRY: z.string().min(1).default('demo'),
  PLINTH_NETWORK: z.string().min(1).default('.network'),
  DATABASE_URL: z.string().min(1).optional(),
  KURRENTDB_URL: z
    .string()
    .regex(/^(kurrentdb|kurrent|kdb|esdb)(\+discover)?:\/\//, 'begins with kurrentdb://')
    .refine((url) => !/throwOnAppendFailure=false/i.test(url), 'leaves throwOnAppendFailure on')
    .optional(),
  PLINTH_NODES: z.string().default('').transform(parseNodes),
});

/** Options of every command that opens a node. */
export type NodeOptions = { readonly ledger: 'embedded' | 'fabric'; readonly agency?: string };

/** Where this node keeps what, and whose it is; from the environment and the command line. */
export type Settings = {
  readonly port: number;
  readonly country: string;
  readonly ledger: 'embedded' | 'fabric';
  readonly agency: string | undefined;
  readonly dataFolder: string;
  readonly networkFolder: string;
  /** Keys of demo parties, which real ones would keep to themselves. */
  readonly partyFolder: string;
  readonly databaseUrl: string | undefined;
  /** The KurrentDB in which the node's events lie, if not in its database. */
  readonly kurrentdbUrl: string | undefined;
  /** Addresses of other agencies' gateways, by agency. */
  readonly nodes: ReadonlyMap<string, string>;
};

/** Reads the environment. Throws with the names of the variables that do not fit. */
export function settingsOf({ ledger, agency }: NodeOptions, environment: NodeJS.ProcessEnv = process.env): Settings {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) throw new SettingsFault(z.prettifyError(parsed.error));
  const { PORT, PLINTH_DATA, PLINTH_COUNTRY, PLINTH_NETWORK, DATABASE_URL, KURRENTDB_URL, PLINTH_NODES } = parsed.data;
  return {
    port: PORT,
    country: PLINTH_COUNTRY,
    ledger,
    agency,
    dataFolder: resolve(PLINTH_DATA),
    networkFolder: resolve(PLINTH_NETWORK),
    partyFolder: join(resolve(ledger === 'fabric' ? PLINTH_NETWORK : PLINTH_DATA), 'demo', 'parties'),
    databaseUrl: DATABASE_URL,
    kurrentdbUrl: KURRENTDB_URL,
    nodes: PLINTH_NODES,
  };
}

/** An environment variable or an option that cannot be used. */
export class SettingsFault extends Error {
  readonly code = 'ERR_SETTING';

  constructor(reason: string) {
    super(`ERR_SETTING: ${reason}`);
    this.name = 'SettingsFault';
  }
}

/** Where the keys of an agency lie: on a Fabric network in the network's own folder, which the chaincode shares. */
export function keystoreFolder({ ledger, dataFolder, networkFolder }: Settings, agency: string): string {
  return ledger === 'fabric' ? join(networkFolder, 'agencies', agency, 'keystore') : join(dataFolder, 'keys', agency);
}

/** Where this node's read models lie. A network's go with it: they would be about blocks that exist no more. */
export function databasePlace(settings: Settings, agency: string): DatabasePlace {
  const { ledger, dataFolder, networkFolder, databaseUrl } = settings;
  if (databaseUrl !== undefined) return { databaseUrl };
  const directory =
    ledger === 'fabric' ? join(networkFolder, 'agencies', agency, 'postgres') : join(dataFolder, 'postgres', agency);
  return { directory };
}

/** The agency whose node this is: the one asked for, or the country's first that endorses. A network may have more than its country. */
export function agencyOf({ ledger, networkFolder, agency }: Settings, { endorsement }: Country): string {
  const peers = ledger === 'fabric' ? agenciesWithPeers(networkFolder) : endorsement.agencies;
  const chosen = agency ?? endorsement.agencies[0];
  if (chosen !== undefined && peers.includes(chosen)) return chosen;
  const way = ledger === 'fabric' ? '; npm run network -- add-agency takes another one in' : '';
  throw new SettingsFault(`no agency ${chosen ?? ''} with a peer; there are ${peers.join(', ')}${way}`);
}

function agenciesWithPeers(networkFolder: string): readonly string[] {
  return getDescription(networkFolder)
    .agencies.filter(({ peer }) => peer !== undefined)
    .map(({ name }) => name);
}
