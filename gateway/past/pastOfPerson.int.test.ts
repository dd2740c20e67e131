import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findAccessRecords } from '#projections/logs/accessRecords.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { findPoint } from './asOf.ts';

let gateway: GatewayNode;
beforeAll(async () => {
  gateway = await openGatewayNode();
});
afterAll(() => gateway.close());

const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** Has an order done in somebody's name; the block in which it stands. */
async function done(token: string, field: string): Promise<number> {
  const text = `mutation { answer: ${field} { __typename ... on Receipt { block } ... on Refused { code } } }`;
  const { data, codes } = await gateway.ask(token, text);
  expect(codes).toEqual([]);
  expect(data['answer']).toHaveProperty('block');
  return (data['answer'] as { block: number }).block; // as just seen
}

/** A person whose postcode was recorded, then corrected, as of some days ago where said; with the blocks of it. */
async function movedPerson(since?: string) {
  const registrar = await gateway.officer('registrar');
  const register = `mutation { registerIdentity(enrolmentId: "${crypto.randomUUID()}", attributes: {dateOfBirth: "1984-02-29"}) {
    ... on Registered { id block } } }`;
  const { data } = await gateway.ask(registrar, register);
  const { id, block: registered } = data['registerIdentity'] as { id: string; block: number }; // the fields of the query
  const recorded = await done(registrar, `recordAttributes(id: "${id}", attributes: {contact: {postcode: "4017"}})`);
  const effective = since === undefined ? '' : `, effectiveFrom: "${since}"`;
  const moved = await done(
    registrar,
    `correctAttributes(id: "${id}", attributes: {contact: {postcode: "4018"}}, reason: CHANGED_CIRCUMSTANCES${effective})`,
  );
  return { id, token: await gateway.resident(id), registered, recorded, moved };
}

const mine = `query ($asOf: AsOfInput) { me(asOf: $asOf) {
  asOf { block recordedAt effective settled } status attributes { dateOfBirth postcode } tombstone { reason } } }`;
const codesOf = async (token: string, asOf: object) => (await gateway.ask(token, mine, { asOf })).codes;

async function me(token: string, asOf?: object): Promise<Record<string, unknown>> {
  const { data, codes } = await gateway.ask(token, mine, { asOf });
  expect(codes).toEqual([]);
  return data['me'] as Record<string, unknown>; // never null in the schema
}

describe('a person', () => {
  it('sees what was held at a block, and nothing before the registration', async () => {
    const { token, registered, recorded, moved } = await movedPerson();
    const attributes = (postcode: string | null) => ({ dateOfBirth: '1984-02-29', postcode });
    expect(await me(token, { block: moved })).toMatchObject({ status: 'active', attributes: attributes('4018') });
    expect(await me(token, { block: recorded })).toMatchObject({ status: 'active', attributes: attributes('4017') });
    expect(await me(token, { block: registered })).toMatchObject({ attributes: attributes(null) });
    expect(await me(token, { block: registered - 1 })).toMatchObject({
      status: null,
      attributes: { dateOfBirth: null },
    });
    expect(await me(token)).toMatchObject({ asOf: null, attributes: attributes('4018') });
  });

  it('sees the same by the time at which that block was recorded', async () => {
    const { token, recorded } = await movedPerson();
    const { asOf, ...atBlock } = await me(token, { block: recorded });
    const { recordedAt } = asOf as { recordedAt: string };
    expect(asOf).toMatchObject({ block: recorded, settled: true, effective: null });
    const byTime = await me(token, { recorded: recordedAt });
    expect(byTime).toMatchObject({ ...atBlock, asOf: { recordedAt, settled: true } });
    expect(await me(token, { recorded: recordedAt, block: recorded })).toEqual({ asOf, ...atBlock });
  });

  it('sees what held on a day, as far as it was known', async () => {
    const [since, eve] = [dayBefore(3), dayBefore(4)];
    const { token, recorded, moved } = await movedPerson(since);
    const { asOf } = await me(token, { block: moved });
    const today = (asOf as { recordedAt: string }).recordedAt.slice(0, 10); // the clock may have passed midnight meanwhile
    const postcode = async (point: object) => (await me(token, point))['attributes'];
    expect(await postcode({ effective: since })).toMatchObject({ postcode: '4018', dateOfBirth: null });
    expect(await postcode({ effective: eve })).toMatchObject({ postcode: null });
    expect(await postcode({ effective: since, block: recorded })).toMatchObject({ postcode: null });
    expect(await postcode({ effective: today, block: recorded })).toMatchObject({ postcode: '4017' });
    expect(await postcode({ effective: today, block: moved })).toMatchObject({ postcode: '4018' });
  });

  it('sees what became another between two points, since when, and by whom', async () => {
    const since = dayBefore(3);
    const { token, registered, recorded } = await movedPerson(since);
    const text = `query ($from: AsOfInput!) { me { difference(from: $from) { from { block } statusBefore statusAfter
      changes { attribute before after version effectiveFrom } facts { edges { node { version type officer agency } } } } } }`;
    const { data } = await gateway.ask(token, text, { from: { block: recorded } });
    expect(data['me']).toMatchObject({
      difference: {
        from: { block: recorded },
        statusBefore: 'active',
        statusAfter: 'active',
        changes: [{ attribute: 'postcode', before: '4017', after: '4018', version: 3, effectiveFrom: since }],
        facts: {
          edges: [{ node: { version: 1 } }, { node: { version: 2 } }, { node: { version: 3, officer: 'registrar' } }],
        },
      },
    });
    const fromNothing = await gateway.ask(token, text, { from: { block: registered - 1 } });
    expect(fromNothing.data['me']).toMatchObject({ difference: { statusBefore: null, changes: { length: 3 } } });
    const reversed = `query ($a: AsOfInput!, $b: AsOfInput) { me { difference(from: $a, to: $b) { statusAfter } } }`;
    const points = { a: { block: recorded }, b: { block: registered } };
    expect((await gateway.ask(token, reversed, points)).codes).toEqual(['ERR_PERIOD_INVALID']);
  });

  it('sees her consents as they stood', async () => {
    const { token, moved } = await movedPerson();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const given = await done(
      token,
      `giveConsent(party: "clinic", purpose: ServiceProvision, claims: [{attribute: postcode, accepted: true}], validUntil: "${until}")`,
    );
    const text = 'query ($asOf: AsOfInput) { me(asOf: $asOf) { consents { edges { node { id status party } } } } }';
    const consents = async (asOf?: object) => {
      const { data } = await gateway.ask(token, text, { asOf });
      return (data['me'] as { consents: { edges: { node: { id: string; status: string } }[] } }).consents.edges;
    };
    const [now] = await consents();
    await done(token, `withdrawConsent(id: "${now?.node.id}")`);
    expect(await consents()).toMatchObject([{ node: { status: 'withdrawn' } }]);
    expect(await consents({ block: given })).toMatchObject([{ node: { status: 'given', party: 'clinic' } }]);
    expect(await consents({ block: moved })).toEqual([]);
  });
});

describe('an officer', () => {
  const details = `query ($id: ID!, $asOf: AsOfInput) { identityDetails(id: $id, asOf: $asOf) {
    ... on IdentityDetails { id status version block asOf { block } } ... on Refused { code } } }`;
  const look = async (officer: string, id: string, asOf?: object) =>
    (await gateway.ask(await gateway.officer(officer), details, { id, asOf })).data['identityDetails'];

  it('who registers or decides sees the state of an identity, now and as of a block', async () => {
    const { id, recorded, moved } = await movedPerson();
    await done(await gateway.officer('registrar'), `suspendIdentity(id: "${id}", reason: COURT_ORDER)`);
    expect(await look('registrar', id)).toMatchObject({ id, status: 'suspended', version: 4, asOf: null });
    const then = { id, status: 'active', version: 3, block: moved, asOf: { block: moved } };
    expect(await look('adjudicator', id, { block: moved })).toEqual(then);
    expect(await look('registrar', id, { block: recorded })).toMatchObject({ version: 2 });
  });

  it('is seen by the person', async () => {
    const { id, token } = await movedPerson();
    await look('registrar', id);
    const { data } = await gateway.ask(
      token,
      '{ me { accesses { edges { node { party kind released decision } } } } }',
    );
    const node = { party: 'civil-registry/registrar', kind: 'officer', released: ['status'], decision: 'RELEASED' };
    expect(data['me']).toEqual({ accesses: { edges: [{ node }] } });
  });

  it('of another kind is refused, and so is a look at nobody', async () => {
    const { id, registered } = await movedPerson();
    expect(await look('partner-manager', id)).toEqual({ code: 'ERR_ROLE_MISSING' });
    expect(await look('stranger', id)).toEqual({ code: 'ERR_AUTHORITY_INVALID' });
    expect(await look('registrar', 'nobody')).toEqual({ code: 'ERR_NOT_FOUND' });
    expect(await look('registrar', 'no id\u0000')).toEqual(undefined);
    expect(await look('registrar', id, { block: registered - 1 })).toEqual({ code: 'ERR_NOT_FOUND' });
  });
});

describe('a person who was erased', () => {
  it('is a tombstone at every point: what had happened is told, and no value of then or now', async () => {
    const { id, token, recorded, moved } = await movedPerson();
    expect(await me(token, { block: recorded })).toMatchObject({ attributes: { postcode: '4017' }, tombstone: null });
    const erase = `mutation { eraseIdentity(id: "${id}", reason: REQUEST_OF_PERSON) { ... on Proposed { proposal } } }`;
    const { data } = await gateway.ask(await gateway.officer('adjudicator'), erase);
    const { proposal } = data['eraseIdentity'] as { proposal: string }; // the field of the query
    const approve = `mutation { approveProposal(id: "${proposal}", andCarryOut: true) { ... on Approved { carriedOut { __typename } } } }`;
    await gateway.ask(await gateway.officer('adjudicator', 'election-office'), approve);
    const tombstone = { reason: 'REQUEST_OF_PERSON' };
    const nothing = { dateOfBirth: null, postcode: null };
    expect(await me(token)).toMatchObject({ status: 'erased', attributes: nothing, tombstone });
    expect(await me(token, { block: recorded })).toMatchObject({ status: 'active', attributes: nothing, tombstone });
    const text = `query ($from: AsOfInput!) { me { difference(from: $from) { statusBefore statusAfter changes { attribute } } } }`;
    expect((await gateway.ask(token, text, { from: { block: moved } })).data['me']).toEqual({
      difference: { statusBefore: 'active', statusAfter: 'erased', changes: [] },
    });
    const details = `{ identityDetails(id: "${id}", asOf: {block: ${moved}}) { ... on IdentityDetails { status tombstone { reason } } } }`;
    const seen = (await gateway.ask(await gateway.officer('registrar'), details)).data['identityDetails'];
    expect(seen).toEqual({ status: 'active', tombstone });
    const { database, keystore } = gateway.node;
    expect(await findAccessRecords(database, keystore, id)).toEqual([]); // that look would be the first of a new log
  });
});

describe('a point that cannot be', () => {
  it.each<[string, object, string]>([
    ['a block that has not come', { block: 1_000_000 }, 'ERR_POINT_IN_FUTURE'],
    ['no block at all', { block: -2 }, 'ERR_MALFORMED'],
    ['a block larger than any', { block: 2 ** 31 }, 'ERR_MALFORMED'],
    ['a time that has not come', { recorded: '2999-01-01T00:00:00.000Z' }, 'ERR_POINT_IN_FUTURE'],
    ['a time that is none', { recorded: '2026-02-30T00:00:00.000Z' }, 'ERR_MALFORMED'],
    ['a time without its zone', { recorded: '2026-02-01T00:00:00.000' }, 'ERR_MALFORMED'],
    ['a day that has not come', { effective: '2999-01-01' }, 'ERR_POINT_IN_FUTURE'],
    ['a day that is none', { effective: '2026-02-30' }, 'ERR_MALFORMED'],
    [
      'a time and a block that are not the same',
      { recorded: '2020-01-01T00:00:00.000Z', block: 1 },
      'ERR_POINTS_CONTRADICT',
    ],
  ])('is refused: %s', async (_case, asOf, code) => {
    expect(await codesOf(await gateway.resident('x'), asOf)).toEqual([code]);
  });

  it('is not settled when it is a time after the newest fact: something dated by then may come', async () => {
    const { token } = await movedPerson();
    const { asOf } = await me(token, { recorded: new Date().toISOString() });
    expect(asOf).toMatchObject({ settled: false });
  });

  it('is not yet visible when the ledger has the block and this node has not read it', async () => {
    const { node } = gateway;
    const { height } = await node.registry.ledger.status();
    const behind = { ...node, ledger: node.registry.ledger, ingest: { ...node.ingest, height: () => height - 1 } };
    await expect(findPoint(behind, { block: height - 1 })).rejects.toMatchObject({ code: 'ERR_NOT_YET_VISIBLE' });
    await expect(findPoint(behind, { block: height + 1000 })).rejects.toMatchObject({ code: 'ERR_POINT_IN_FUTURE' });
  });
});
