import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import * as z from 'zod';
import { demoOptions, ensurePartners, readParty } from '#cli/demoContent.ts';
import { partyToken } from '#cli/partyToken.ts';
import { openNode, type Node } from '#cli/node.ts';
import { demoOffices } from '#cli/offices.ts';
import type { Registry } from '#cli/registry.ts';
import { settingsOf, type Settings } from '#cli/settings.ts';
import { createNodeSigner, type NodeSigner } from '#gateway/nodeSigner.ts';
import type { OfficeOptions } from '#gateway/offices/office.ts';
import { createGateway } from '#gateway/server.ts';
import { issueDemoToken } from '#gateway/tokens/demoToken.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { eventually } from './eventually.ts';

const Body = z.looseObject({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.looseObject({ message: z.string(), extensions: z.looseObject({ code: z.string() }) })).optional(),
});

/** What a gateway answered: the HTTP status, the fields, and the codes of its errors. */
export type Answered = {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly codes: readonly string[];
};

/** A whole node of the demo country with its partners, in a folder of its own, and what its callers hold. */
export type GatewayNode = {
  readonly node: Node;
  readonly folder: string;
  readonly settings: Settings;
  readonly url: string;
  readonly signer: NodeSigner;
  readonly tokens: Readonly<Record<'clinic' | 'bank' | 'auditor', string>>;
  /** A token for an officer: of this node's agency, or of another one of the demo. */
  readonly officer: (id: string, agency?: string) => Promise<string>;
  readonly resident: (identity: string) => Promise<string>;
  readonly ask: (token: string | undefined, query: string, variables?: object) => Promise<Answered>;
  /** A new access token for a demo party; rejects when the node gives none. */
  readonly partyToken: (party: string) => Promise<string>;
  /** What the node has logged. */
  readonly log: () => string;
  readonly close: () => Promise<void>;
};

/** `reach` stands between the gateway and its ledger: where a test takes it away for a while. */
export async function openGatewayNode(
  reach: (ledger: Ledger) => Ledger = (ledger) => ledger,
  settingsIn: (folder: string) => Settings = embeddedIn,
): Promise<GatewayNode> {
  await using begun = new AsyncDisposableStack(); // if the rest fails, what has begun must not keep the tests from ending
  const folder = await mkdtemp(join(tmpdir(), 'plinth-gateway-'));
  begun.defer(() => rm(folder, { recursive: true, force: true }));
  const settings = settingsIn(folder);
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const node = await openNode(settings, { logger, prepare: (registry) => preparePartners(registry, settings) });
  begun.defer(node.close);
  const { registry, keystore } = node;
  const ledger = reach(registry.ledger);
  const offices = await officesBehind(settings, registry, ledger);
  const gateway = await createGateway({ ...node, country: registry.country, ledger, logger, offices, port: 0 });
  begun.defer(gateway.close);
  await eventually(() => gateway.caughtUp(), 60_000); // the agencies anchor while the node starts
  const signer = await createNodeSigner(keystore.agency, keystore.signingKey);
  const { url } = gateway;
  const newPartyToken = async (party: string) => partyToken(await readParty(settings.partyFolder, party), url);
  const [clinic, bank] = [await newPartyToken('clinic'), await newPartyToken('bank')];
  const auditor = await issueDemoToken(signer, { kind: 'auditor', auditor: 'auditor' });
  const open = begun.move();
  return {
    node,
    folder,
    settings,
    url,
    signer,
    tokens: { clinic, bank, auditor },
    officer: officerTokens(offices, keystore.agency),
    resident: (identity) => issueDemoToken(signer, { kind: 'resident', identity }),
    ask: (token, query, variables) => ask(url, token, JSON.stringify({ query, variables })),
    partyToken: newPartyToken,
    log: () => lines.join(''),
    close: () => open.disposeAsync(),
  };
}

/** The offices of the demo; the own one speaks through what stands between the gateway and its ledger. */
async function officesBehind(settings: Settings, registry: Registry, ledger: Ledger) {
  const offices = await demoOffices(settings, registry);
  return offices.map((each) => (each.agency === registry.agency ? { ...each, ledger } : each));
}

const embeddedIn = (folder: string) => settingsOf({ ledger: 'embedded' }, { PLINTH_DATA: folder, PORT: '0' });

function officerTokens(offices: readonly OfficeOptions[], own: string) {
  return async (officer: string, agency = own): Promise<string> => {
    const office = offices.find((each) => each.agency === agency);
    if (office === undefined) throw new Error(`no office of ${agency}`);
    return issueDemoToken(await createNodeSigner(agency, office.signingKey), { kind: 'officer', agency, officer });
  };
}

async function preparePartners(registry: Registry, { partyFolder }: Settings): Promise<void> {
  const demo = demoOptions(registry, partyFolder);
  if (demo === undefined) throw new Error('the demo country is a demo');
  await ensurePartners(demo);
}

/** Sends a body as it is. */
export async function ask(url: string, token: string | undefined, body: string | Uint8Array): Promise<Answered> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: body as BodyInit, // node's own types differ between its copies of Uint8Array
  });
  const { data, errors = [] } = Body.parse(await response.json());
  return { status: response.status, data: data ?? {}, codes: errors.map(({ extensions }) => extensions.code) };
}
