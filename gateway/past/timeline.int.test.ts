import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';

type Node = Readonly<Record<string, unknown>>;
type Connection = {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string };
};

let gateway: GatewayNode;
let identity: string;
beforeAll(async () => {
  gateway = await openGatewayNode();
  identity = await newIdentity();
});
afterAll(() => gateway.close());

async function ask(text: string, variables: object = {}): Promise<Readonly<Record<string, unknown>>> {
  const { data, codes } = await gateway.ask(gateway.tokens.auditor, text, variables);
  expect(codes).toEqual([]);
  expect(JSON.stringify(data)).not.toMatch(/1984-02-29|4017/); // no answer to an auditor holds a value
  return data;
}

async function done(officer: string, field: string): Promise<number> {
  const text = `mutation { answer: ${field} { __typename ... on Receipt { block } ... on Refused { code } } }`;
  const { data } = await gateway.ask(await gateway.officer(officer), text);
  expect(data['answer']).toMatchObject({ __typename: 'Receipt' });
  return (data['answer'] as { block: number }).block; // as just seen
}

async function newIdentity(): Promise<string> {
  const text = `mutation { registerIdentity(enrolmentId: "${crypto.randomUUID()}", attributes: {dateOfBirth: "1984-02-29"}) {
    ... on Registered { id } } }`;
  const { data } = await gateway.ask(await gateway.officer('registrar'), text);
  const { id } = data['registerIdentity'] as { id: string }; // the field of the query
  await done('registrar', `recordAttributes(id: "${id}", attributes: {contact: {postcode: "4017"}})`);
  return id;
}

const facts = 'edges { cursor node { stream version type agency officer block at recordedAt } }';
const page = `${facts} pageInfo { hasNextPage hasPreviousPage endCursor }`;
async function timeline(filter: object, args = 'first: 100'): Promise<Connection> {
  const data = await ask(`query ($filter: TimelineFilter) { timeline(filter: $filter, ${args}) { ${page} } }`, {
    filter,
  });
  return data['timeline'] as Connection;
}
const nodesOf = ({ edges }: Connection): readonly Node[] => edges.map(({ node }) => node);
/** What this node has read; the ledger may be further. */
const height = () => gateway.node.ingest.height();

// Nodes anchor their logs whenever they like, so a test looks at the facts up to a block, and at nouns that wait for it.
async function everythingUpTo(toBlock: number, filter: object = {}): Promise<readonly Node[]> {
  const all: Node[] = [];
  let next = await timeline({ toBlock, ...filter });
  all.push(...nodesOf(next));
  while (next.pageInfo.hasNextPage) {
    next = await timeline({ toBlock, ...filter }, `first: 100, after: "${next.pageInfo.endCursor}"`);
    all.push(...nodesOf(next));
  }
  return all;
}

describe('an auditor who reads the timeline', () => {
  it('sees every fact of the registry from its founding on, in the order of the ledger', async () => {
    const all = await everythingUpTo(height() - 1);
    expect(all[0]).toMatchObject({ type: 'AgencyAdmitted' });
    const people = all.filter(({ stream }) => String(stream).startsWith('identity-'));
    expect(people.at(-1)).toMatchObject({ stream: `identity-${identity}`, type: 'AttributesRecorded', version: 2 });
    const blocks = all.map(({ block }) => Number(block));
    expect(blocks).toEqual([...blocks].sort((a, b) => a - b));
    for (const fact of all) expect(String(fact['recordedAt']) >= String(fact['at'])).toBe(true);
  });

  it('filters by stream, noun, agency, officer and type, all of them at once where wanted', async () => {
    const own = nodesOf(await timeline({ stream: `identity-${identity}` }));
    expect(own.map(({ type }) => type)).toEqual(['IdentityRegistered', 'AttributesRecorded']);
    const admissions = nodesOf(await timeline({ types: ['AgencyAdmitted'] }));
    expect(new Set(admissions.map(({ stream }) => stream)).size).toBe(admissions.length);
    expect(admissions.length).toBeGreaterThan(2);
    expect(nodesOf(await timeline({ types: ['AgencyAdmitted'], agency: 'election-office' }))).toHaveLength(1);
    const byRegistrar = nodesOf(await timeline({ officer: 'registrar', noun: 'identity' }));
    expect(byRegistrar.length).toBeGreaterThan(0);
    for (const { officer } of byRegistrar) expect(officer).toBe('registrar');
    expect(nodesOf(await timeline({ officer: 'registrar', noun: 'agency' }))).toEqual([]);
  });

  it('filters by period, by time and by block: from the first on, before the last', async () => {
    const upTo = height() - 1;
    const all = await everythingUpTo(upTo);
    const middle = all[Math.floor(all.length / 2)];
    const time = String(middle?.['recordedAt']);
    const before = await everythingUpTo(upTo, { to: time });
    expect([...before, ...(await everythingUpTo(upTo, { from: time }))]).toEqual(all);
    expect(before.every(({ recordedAt }) => String(recordedAt) < time)).toBe(true);
    const block = Number(middle?.['block']);
    expect(nodesOf(await timeline({ fromBlock: block, toBlock: block }))).toEqual(
      all.filter((fact) => fact['block'] === block),
    );
    const both = await everythingUpTo(block - 1, { from: time });
    expect(both.every((fact) => Number(fact['block']) < block)).toBe(true);
  });

  it('pages by cursors that stay what they are while facts are added', async () => {
    const people = { noun: 'identity' };
    const id = await newIdentity();
    const first = await timeline(people, 'first: 1');
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = await timeline(people, `first: 2, after: "${first.pageInfo.endCursor}"`);
    const newest = await timeline(people, 'last: 2');
    expect(nodesOf(newest).map(({ stream }) => stream)).toEqual([`identity-${id}`, `identity-${id}`]);
    await newIdentity();
    expect(await timeline(people, `first: 2, after: "${first.pageInfo.endCursor}"`)).toEqual(second);
    const followed = await timeline(people, `after: "${newest.pageInfo.endCursor}"`);
    expect(nodesOf(followed).map(({ type }) => type)).toEqual(['IdentityRegistered', 'AttributesRecorded']);
    const nothingNew = await timeline(people, `after: "${followed.pageInfo.endCursor}"`);
    expect(nothingNew).toMatchObject({ edges: [], pageInfo: { endCursor: followed.pageInfo.endCursor } });
    const back = await timeline(people, `last: 2, before: "${followed.edges[0]?.cursor ?? ''}"`);
    expect(nodesOf(back)).toEqual(nodesOf(newest));
  });

  it.each([
    ['a period that ends before it begins', { fromBlock: 5, toBlock: 4 }, 'ERR_PERIOD_INVALID'],
    [
      'a period without a moment',
      { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' },
      'ERR_PERIOD_INVALID',
    ],
    ['a stream of no noun', { stream: 'person-x' }, 'ERR_MALFORMED'],
    ['a stream that cannot be', { stream: 'identity-a b' }, 'ERR_MALFORMED'],
    ['an agency that cannot be', { agency: 'Nobody!' }, 'ERR_MALFORMED'],
    ['a type that does not exist', { types: ['PersonTranslated'] }, 'ERR_MALFORMED'],
    ['a time that is none', { from: 'yesterday' }, 'ERR_MALFORMED'],
  ])('is refused %s', async (_case, filter, code) => {
    const text = 'query ($filter: TimelineFilter) { timeline(filter: $filter) { edges { cursor } } }';
    expect((await gateway.ask(gateway.tokens.auditor, text, { filter })).codes).toEqual([code]);
  });

  it.each(['T2Zmc2V0Q29ubmVjdGlvbjoz', 'x', Buffer.from('place:1.-2.3').toString('base64url')])(
    'is refused a cursor that no page gave: %s',
    async (after) => {
      const text = 'query ($after: String) { timeline(after: $after) { edges { cursor } } }';
      expect((await gateway.ask(gateway.tokens.auditor, text, { after })).codes).toEqual(['ERR_MALFORMED']);
    },
  );
});

describe('an auditor who asks as of a point', () => {
  it('sees the public state of any stream, and that of now is what the ledger has', async () => {
    const id = await newIdentity();
    const before = height() - 1;
    await done('registrar', `suspendIdentity(id: "${id}", reason: COURT_ORDER)`);
    const text = `query ($asOf: AsOfInput) { stream(stream: "identity-${id}", asOf: $asOf) { noun version hash state }
      history(stream: "identity-${id}", asOf: $asOf) { edges { node { version } } } }`;
    const head = await gateway.node.registry.ledger.head(`identity-${id}`);
    const now = await ask(text);
    const classes = { identification: 1, contact: 2 };
    expect(now['stream']).toEqual({
      ...{ noun: 'identity', version: head?.version, hash: head?.hash },
      state: { status: 'suspended', schema: 1, classes },
    });
    const then = await ask(text, { asOf: { block: before } });
    expect(then['stream']).toMatchObject({ version: 2, state: { status: 'active', classes } });
    expect((then['history'] as Connection).edges).toHaveLength(2);
    expect((await ask(text, { asOf: { block: 0 } }))['stream']).toBeNull();
  });

  it('sees parties, policies, agencies and the schema as they were', async () => {
    const before = height() - 1;
    await done('partner-manager', 'suspendRelyingParty(id: "bank", reason: BREACH_OF_TERMS)');
    const after = await done('administrator', 'removeOfficer(officer: "auditor", reason: END_OF_SERVICE)');
    const text = `query ($asOf: AsOfInput) {
      relyingParty(id: "bank", asOf: $asOf) { id status policy }
      relyingParties(asOf: $asOf) { edges { node { id status } } }
      sharingPolicies(asOf: $asOf) { edges { node { id status rules } } }
      agencies(asOf: $asOf) { edges { node { id officers { id removedAt } } } }
      identitySchema(asOf: $asOf) { version fields } }`;
    const officersOf = (data: Readonly<Record<string, unknown>>) =>
      (data['agencies'] as Connection).edges.find(({ node }) => node['id'] === 'civil-registry')?.node['officers'];
    const then = await ask(text, { asOf: { block: before } });
    expect(then).toMatchObject({ relyingParty: { status: 'approved' }, identitySchema: { version: 1 } });
    expect(officersOf(then)).toContainEqual({ id: 'auditor', removedAt: null });
    const now = await ask(text);
    expect(now).toMatchObject({ relyingParty: { status: 'suspended' } });
    expect(officersOf(now)).not.toContainEqual({ id: 'auditor', removedAt: null });
    expect(await ask(text, { asOf: { block: after } })).toEqual(now);
    const begun = await ask(text, { asOf: { block: 0 } });
    expect(begun).toMatchObject({ relyingParty: null, relyingParties: { edges: [] }, identitySchema: null });
    await done('partner-manager', 'approveRelyingParty(id: "bank")');
  });

  it('learns which block a time is, so that further answers are of one state', async () => {
    const before = height() - 1;
    const { point } = await ask('{ point { block recordedAt settled } }');
    expect(point).toMatchObject({ settled: true });
    expect((point as { block: number }).block).toBeGreaterThanOrEqual(before); // the field of the query
    const early = await ask('{ point(asOf: {recorded: "2020-01-01T00:00:00.000Z"}) { block recordedAt settled } }');
    expect(early['point']).toEqual({ block: -1, recordedAt: null, settled: true });
  });
});

describe('an auditor who compares two points', () => {
  it('sees which fields of a stream changed, and by which facts', async () => {
    const id = await newIdentity();
    const from = { block: height() - 1 };
    await done('registrar', `suspendIdentity(id: "${id}", reason: COURT_ORDER)`);
    const to = { block: await done('registrar', `reinstateIdentity(id: "${id}", reason: REVIEW_CLOSED)`) };
    await done('registrar', `suspendIdentity(id: "${id}", reason: COURT_ORDER)`);
    const text = `query ($from: AsOfInput!, $to: AsOfInput) { streamDifference(stream: "identity-${id}", from: $from, to: $to) {
      changes { path before after } facts { edges { node { version type officer } } } } }`;
    const inBetween = { edges: [{ node: { version: 3 } }, { node: { version: 4, type: 'IdentityReinstated' } }] };
    expect((await ask(text, { from, to }))['streamDifference']).toMatchObject({ changes: [], facts: inBetween });
    expect((await ask(text, { from }))['streamDifference']).toMatchObject({
      changes: [{ path: 'status', before: 'active', after: 'suspended' }],
      facts: { edges: { length: 3 } },
    });
    expect((await gateway.ask(gateway.tokens.auditor, text, { from: to, to: from })).codes).toEqual([
      'ERR_PERIOD_INVALID',
    ]);
    expect((await ask(text.replace(id, 'nobody'), { from }))['streamDifference']).toBeNull();
  });

  it('sees how much of what was recorded in the whole registry, and in which streams', async () => {
    const from = { block: height() - 1 };
    const ids = [await newIdentity(), await newIdentity()];
    const text = `query ($from: AsOfInput!, $after: String) { registryDifference(from: $from) { counts { type agency count }
      streams(first: 1, after: $after) { edges { cursor node { stream noun firstVersion lastVersion } } pageInfo { endCursor hasNextPage } } } }`;
    const changed: Node[] = [];
    let after: string | null = null;
    do {
      const found = (await ask(text, { from, after }))['registryDifference'] as Difference;
      const counts = found.counts.filter(({ type }) => type !== 'TreeAnchored');
      expect(counts).toEqual([
        { type: 'AttributesRecorded', agency: 'civil-registry', count: 2 },
        { type: 'IdentityRegistered', agency: 'civil-registry', count: 2 },
      ]);
      changed.push(...nodesOf(found.streams));
      after = found.streams.pageInfo.hasNextPage ? found.streams.pageInfo.endCursor : null;
    } while (after !== null);
    const both = ids.map((id) => ({ stream: `identity-${id}`, noun: 'identity', firstVersion: 1, lastVersion: 2 }));
    expect(changed.filter(({ noun }) => noun !== 'anchor')).toEqual(both);
  });
});

type Difference = { readonly counts: readonly { readonly type: string }[]; readonly streams: Connection };

describe('an auditor who checks a stream', () => {
  const check = async (stream: string) =>
    (await ask(`{ streamIntact(stream: "${stream}") { intact events brokenAt } }`))['streamIntact'];

  it('hears nothing of one that nobody has begun', async () => {
    expect(await check('identity-nobody')).toBeNull();
    const codes = (await gateway.ask(gateway.tokens.auditor, '{ streamIntact(stream: "nothing") { intact } }')).codes;
    expect(codes).toEqual(['ERR_MALFORMED']);
  });

  it('hears that one is broken which this node has lost', async () => {
    const id = await newIdentity();
    expect(await check(`identity-${id}`)).toEqual({ intact: true, events: 2, brokenAt: null });
    await gateway.node.database.pool.query('delete from store.events where stream = $1', [`identity-${id}`]);
    // While anchors come, the node may be a block behind, and says that in place of an answer.
    await eventually(async () =>
      expect(await check(`identity-${id}`)).toEqual({ intact: false, events: 0, brokenAt: 1 }),
    );
  });
});
