import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { listen, openBrittleLine, type Asked } from '#test/listening.ts';

type HeardFact = {
  readonly cursor: string;
  readonly stream: string;
  readonly type: string;
  readonly version: number;
  readonly agency: string;
  readonly notices: readonly { readonly type: string; readonly uri: string; readonly detail: object }[];
};

let gateway: GatewayNode;
beforeAll(async () => {
  gateway = await openGatewayNode();
});
afterAll(() => gateway.close());

const fields = 'cursor stream type version agency notices { type version uri detail }';
const query = `subscription ($filter: FactFilter, $after: String) { it: facts(filter: $filter, after: $after) { ${fields} } }`;
const positionOf = ({ cursor }: HeardFact) => cursor;
const auditor = (asked: Partial<Asked> = {}) =>
  listen<HeardFact>({ url: gateway.url, token: gateway.tokens.auditor, query, positionOf, ...asked });

async function register(): Promise<string> {
  const text = `mutation { registerIdentity(enrolmentId: "${crypto.randomUUID()}", attributes: {dateOfBirth: "1984-02-29"}) {
    ... on Registered { id } } }`;
  const { data } = await gateway.ask(await gateway.officer('registrar'), text);
  return (data['registerIdentity'] as { id: string }).id; // the field of the query
}

async function suspend(id: string): Promise<void> {
  const text = `mutation { suspendIdentity(id: "${id}", reason: COURT_ORDER) { ... on Receipt { block } } }`;
  expect((await gateway.ask(await gateway.officer('registrar'), text)).codes).toEqual([]);
}

/** All facts that the timeline has of a noun. */
async function timeline(noun: string): Promise<readonly HeardFact[]> {
  const text = `query ($after: String) { timeline(filter: {noun: ${noun}}, first: 100, after: $after) {
    edges { node { ${fields} } } pageInfo { endCursor hasNextPage } } }`;
  const all: HeardFact[] = [];
  let after: string | null = null;
  do {
    const { data } = await gateway.ask(gateway.tokens.auditor, text, { after });
    const { edges, pageInfo } = data['timeline'] as Page;
    all.push(...edges.map(({ node }) => node));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return all;
}
type Page = {
  readonly edges: readonly { readonly node: HeardFact }[];
  readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
};

const cursor = (text: string) => Buffer.from(text).toString('base64url');

describe('an auditor who subscribes to facts', () => {
  it('hears of what comes from now on, and not of what was', async () => {
    const old = await register();
    const listening = auditor();
    await eventually(async () => {
      await suspend(await register()); // until the subscription has begun
      expect(listening.heard.some(({ type }) => type === 'IdentitySuspended')).toBe(true);
    });
    expect(listening.heard.map(({ stream }) => stream)).not.toContain(`identity-${old}`);
    listening.hangUp();
  });

  it('hears everything once and in order, however often the line breaks, while more comes', async () => {
    const line = await openBrittleLine(gateway.url, () => randomInt(300, 6000));
    const listening = auditor({ url: line.url, after: 'beginning', variables: { filter: { noun: 'identity' } } });
    for (let count = 0; count < 12; count += 1) await suspend(await register());
    const all = await timeline('identity');
    expect(all.length).toBeGreaterThanOrEqual(24);
    await eventually(() => expect(listening.heard).toEqual(all));
    listening.hangUp();
    await line.close();
  });

  it('hears what the filter lets through, with the notices it gives rise to, and is not disturbed by the rest', async () => {
    const id = await register();
    await suspend(id);
    const stream = `identity-${id}`;
    const filters = [
      { stream },
      { types: ['IdentitySuspended'] },
      { notices: ['identity.suspended', 'party.approved'] },
      { notices: ['identity.suspended'], types: ['IdentityRegistered', 'IdentitySuspended'] },
      { agency: 'election-office', noun: 'agency' },
    ];
    const listening = filters.map((filter) => auditor({ after: 'beginning', variables: { filter } }));
    const last = await register();
    await suspend(last);
    const heardBy = (which: number) => listening[which]?.heard ?? [];
    await eventually(() => {
      for (const which of [1, 2, 3]) expect(heardBy(which).at(-1)?.stream).toBe(`identity-${last}`);
      expect(heardBy(0).map(({ type }) => type)).toEqual(['IdentityRegistered', 'IdentitySuspended']);
      expect(heardBy(4).map(({ type }) => type)).toContain('AgencyAdmitted');
    });
    expect(new Set(heardBy(1).map(({ type }) => type))).toEqual(new Set(['IdentitySuspended']));
    expect(new Set(heardBy(2).map(({ type }) => type))).toEqual(new Set(['RelyingPartyApproved', 'IdentitySuspended']));
    expect(heardBy(3)).toEqual(heardBy(1));
    expect(new Set(heardBy(4).map(({ agency }) => agency))).toEqual(new Set(['election-office']));
    const uri = 'urn:plinth:notice:identity.suspended:1';
    const detail = { reason: 'court-order' };
    expect(heardBy(0)[1]?.notices).toEqual([{ type: 'identity.suspended', version: 1, uri, detail }]);
    for (const each of listening) each.hangUp();
  });

  it('goes on from a cursor of the timeline', async () => {
    const all = await timeline('identity');
    const after = String(all.at(-3)?.cursor);
    const listening = auditor({ after, variables: { filter: { noun: 'identity' } } });
    await eventually(() => expect(listening.heard).toEqual(all.slice(-2)));
    listening.hangUp();
  });

  it('is refused a position that this registry has not had, and what can be no question', async () => {
    const [first] = await timeline('identity');
    const known = Buffer.from(String(first?.cursor), 'base64url').toString();
    const refusedAs = (after: string, filter: object = {}) => auditor({ after, variables: { filter } }).ended;
    expect(known).toMatch(/^place:\d+\.\d+\.\d+\.[\w-]{8}$/);
    expect(await refusedAs(cursor('place:1000000.0.0'))).toEqual(['ERR_POSITION_AHEAD']);
    expect(await refusedAs(cursor(known.replace(/[\w-]{8}$/, 'ANOTHER_')))).toEqual(['ERR_POSITION_UNKNOWN']);
    expect(await refusedAs(cursor('place:1.0.999'))).toEqual(['ERR_POSITION_UNKNOWN']);
    expect(await refusedAs('yesterday')).toEqual(['ERR_MALFORMED']);
    expect(await refusedAs('beginning', { stream: 'person-x' })).toEqual(['ERR_MALFORMED']);
    expect(await refusedAs('beginning', { notices: ['identity.translated'] })).toEqual(['ERR_MALFORMED']);
    expect(await refusedAs('beginning', { types: ['PersonTranslated'] })).toEqual(['ERR_MALFORMED']);
  });
});

describe('an officer who subscribes to facts', () => {
  it('hears them for as long as the agency has the officer', async () => {
    const token = await gateway.officer('auditor');
    const listening = auditor({ token, after: 'beginning', variables: { filter: { types: ['OfficerRemoved'] } } });
    const text = 'mutation { removeOfficer(officer: "auditor", reason: END_OF_SERVICE) { ... on Receipt { block } } }';
    expect((await gateway.ask(await gateway.officer('administrator'), text)).data['removeOfficer']).toBeDefined();
    expect(await listening.ended).toEqual(['ERR_FORBIDDEN']);
    expect(await auditor({ token }).ended).toEqual(['ERR_FORBIDDEN']);
  });
});
