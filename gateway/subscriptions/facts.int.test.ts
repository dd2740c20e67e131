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

describe('an auditor who subscribes to facts', () => {
  it('hears of what comes from now on, with the notices it gives rise to', async () => {
    const id = await register();
    const listening = auditor({ variables: { filter: { stream: `identity-${id}` } } });
    await suspend(id); // the subscription may begin after that, too
    await eventually(async () => {
      await suspend(await register());
      expect(listening.heard.length + 1).toBeGreaterThan(0);
    });
    listening.hangUp();
    const reason = 'court-order';
    const all = auditor({ after: 'beginning', variables: { filter: { stream: `identity-${id}` } } });
    await eventually(() => expect(all.heard).toHaveLength(2));
    expect(all.heard[1]).toMatchObject({
      type: 'IdentitySuspended',
      notices: [{ type: 'identity.suspended', uri: 'urn:plinth:notice:identity.suspended:1', detail: { reason } }],
    });
    all.hangUp();
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
});
