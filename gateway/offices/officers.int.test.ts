import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';

let gateway: GatewayNode;
beforeAll(async () => {
  gateway = await openGatewayNode();
});
afterAll(() => gateway.close());

async function done(officer: string, field: string, variables: object = {}, declared = ''): Promise<unknown> {
  const text = `mutation ${declared} { answer: ${field} { __typename ... on Refused { code } } }`;
  const { data, codes } = await gateway.ask(await gateway.officer(officer), text, variables);
  expect(codes).toEqual([]);
  return data['answer'];
}
/** Has an order proposed, and approved by an officer of another agency. */
async function agreeOn(officer: string, field: string): Promise<void> {
  const propose = `mutation { answer: ${field} { ... on Proposed { proposal } } }`;
  const { data } = await gateway.ask(await gateway.officer(officer), propose);
  const { proposal } = data['answer'] as { proposal: string }; // the field of the text
  const approve = `mutation { answer: approveProposal(id: "${proposal}") { ... on Approved { carriedOut { __typename } } } }`;
  const answered = await gateway.ask(await gateway.officer(officer, 'election-office'), approve);
  expect(answered.data['answer']).toEqual({ carriedOut: receipt });
}
const receipt = { __typename: 'Receipt' };
const refused = (code: string) => ({ __typename: 'Refused', code });

async function newIdentity(): Promise<string> {
  const text = `mutation ($enrolment: String!) {
    registerIdentity(enrolmentId: $enrolment, attributes: {dateOfBirth: "1984-02-29"}) { ... on Registered { id } } }`;
  const { data } = await gateway.ask(await gateway.officer('registrar'), text, { enrolment: crypto.randomUUID() });
  return (data['registerIdentity'] as { id: string }).id; // the field of the query
}

describe('a registrar', () => {
  it('records further attributes and corrects them, and the person sees what is held now', async () => {
    const id = await newIdentity();
    expect(await done('registrar', `recordAttributes(id: "${id}", attributes: {contact: {postcode: "4017"}})`)).toEqual(
      receipt,
    );
    const correct = `correctAttributes(id: "${id}", attributes: {contact: {postcode: "4018"}}, reason: CLERICAL_ERROR)`;
    expect(await done('registrar', correct)).toEqual(receipt);
    const { data } = await gateway.ask(
      await gateway.resident(id),
      '{ me { status attributes { dateOfBirth postcode } } }',
    );
    expect(data['me']).toEqual({ status: 'active', attributes: { dateOfBirth: '1984-02-29', postcode: '4018' } });
  });

  it('cannot correct what was never recorded, nor two classes at once', async () => {
    const id = await newIdentity();
    const correct = `correctAttributes(id: "${id}", attributes: {contact: {postcode: "4017"}}, reason: CLERICAL_ERROR)`;
    expect(await done('registrar', correct)).toEqual(refused('ERR_CLASS_NOT_RECORDED'));
    const both = `mutation { recordAttributes(id: "${id}", attributes: {contact: {postcode: "1"}, identification: {}}) { __typename } }`;
    expect((await gateway.ask(await gateway.officer('registrar'), both)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('cannot use one enrolment twice', async () => {
    const register = 'registerIdentity(enrolmentId: "once", attributes: {dateOfBirth: "1984-02-29"})';
    expect(await done('registrar', register)).toEqual({ __typename: 'Registered' });
    expect(await done('registrar', register)).toEqual(refused('ERR_NOT_UNIQUE'));
  });

  it('suspends, reinstates, and hears why an order makes no sense', async () => {
    const id = await newIdentity();
    const change = (field: string) => done('registrar', `${field}(id: "${id}", reason: ADMINISTRATIVE_REVIEW)`);
    expect(await change('reinstateIdentity')).toEqual(refused('ERR_NOT_SUSPENDED'));
    expect(await change('suspendIdentity')).toEqual(receipt);
    expect(await change('suspendIdentity')).toEqual(refused('ERR_NOT_ACTIVE'));
    expect(await change('reinstateIdentity')).toEqual(receipt);
  });
});

describe('a partner manager and a policy manager', () => {
  it('bring a party from its application to its first token, and take it away at once', async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    const { kty, crv, x, y } = await exportJWK(publicKey);
    const party = crypto.randomUUID();
    const register = `registerRelyingParty(id: "${party}", name: [{language: eng, value: "School"}], keys: [$key],
      intendedUses: [{purpose: ServiceProvision, attributes: [givenName]}])`;
    expect(await done('partner-manager', register, { key: { kty, crv, x, y } }, '($key: PublicKeyInput!)')).toEqual(
      receipt,
    );
    const publish = `publishSharingPolicy(id: "schools", name: [{language: eng, value: "Schools"}],
      rules: [{purpose: ServiceProvision, attributes: [givenName]}], matching: [])`;
    expect(await done('partner-manager', publish)).toEqual(refused('ERR_ROLE_MISSING'));
    await agreeOn('policy-manager', publish);
    expect(await done('partner-manager', `assignSharingPolicy(id: "${party}", policy: "schools")`)).toEqual(receipt);
    expect(await done('partner-manager', `approveRelyingParty(id: "${party}")`)).toEqual(receipt);
    expect(await done('policy-manager', 'retireSharingPolicy(id: "schools", reason: END_OF_SERVICE)')).toEqual(receipt);
  });

  it('suspend a party, and its next request is refused although its token is still good', async () => {
    const question = `{ identity(by: {number: "1"}, purpose: IdentityVerification, claims: [{attribute: givenName}]) { __typename } }`;
    const { bank } = gateway.tokens;
    expect((await gateway.ask(bank, question)).status).toBe(200);
    expect(await done('partner-manager', 'suspendRelyingParty(id: "bank", reason: BREACH_OF_TERMS)')).toEqual(receipt);
    expect(await gateway.ask(bank, question)).toMatchObject({ status: 403, codes: ['ERR_PARTY_NOT_ACTIVE'] });
    await expect(gateway.partyToken('bank')).rejects.toThrow('invalid_client');
    expect(await done('partner-manager', 'approveRelyingParty(id: "bank")')).toEqual(receipt);
    expect((await gateway.ask(bank, question)).status).toBe(200);
  });
});

describe('an administrator', () => {
  it('adds an officer of this agency and removes it again', async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    const { kty, crv, x, y } = await exportJWK(publicKey);
    const add = `addOfficer(officer: "new-one", key: $key, roles: [REGISTRAR], validFrom: "2026-01-01T00:00:00.000Z")`;
    expect(await done('administrator', add, { key: { kty, crv, x, y } }, '($key: PublicKeyInput!)')).toEqual(receipt);
    expect(await done('registrar', 'removeOfficer(officer: "new-one", reason: END_OF_SERVICE)')).toEqual(
      refused('ERR_ROLE_MISSING'),
    );
    expect(await done('administrator', 'removeOfficer(officer: "new-one", reason: END_OF_SERVICE)')).toEqual(receipt);
  });
});

describe('an auditor', () => {
  it('follows a stream: who did what when, each fact linked to the one before, and no value anywhere', async () => {
    const id = await newIdentity();
    await done('registrar', `suspendIdentity(id: "${id}", reason: COURT_ORDER)`);
    const text = `{ history(stream: "identity-${id}") { edges { node {
      version type agency officer hash previousHash digests sealedClass data } } } streamIntact(stream: "identity-${id}") { intact events brokenAt } }`;
    const { data } = await gateway.ask(gateway.tokens.auditor, text);
    const { history, streamIntact } = data as {
      history: { edges: { node: Record<string, unknown> }[] };
      streamIntact: unknown;
    };
    const [first, second] = history.edges.map(({ node }) => node);
    expect(first).toMatchObject({
      version: 1,
      type: 'IdentityRegistered',
      officer: 'registrar',
      agency: 'civil-registry',
      previousHash: null,
    });
    expect(second).toMatchObject({
      version: 2,
      type: 'IdentitySuspended',
      previousHash: first?.['hash'],
      data: { reason: 'court-order' },
    });
    expect(streamIntact).toEqual({ intact: true, events: 2, brokenAt: null });
    expect(JSON.stringify(data)).not.toContain('1984');
  });

  it('pages through a long history', async () => {
    const id = await newIdentity();
    for (const field of ['suspendIdentity', 'reinstateIdentity', 'suspendIdentity'])
      await done('registrar', `${field}(id: "${id}", reason: COURT_ORDER)`);
    const page = async (after: string | null) => {
      const text = `query ($after: String) { history(stream: "identity-${id}", first: 3, after: $after) {
        edges { node { version } } pageInfo { hasNextPage endCursor } } }`;
      const { data } = await gateway.ask(gateway.tokens.auditor, text, { after });
      return data['history'] as {
        edges: { node: { version: number } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    };
    const first = await page(null);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await page(first.pageInfo.endCursor);
    expect([...first.edges, ...second.edges].map(({ node }) => node.version)).toEqual([1, 2, 3, 4]);
  });

  it('sees that a changed event breaks the chain', async () => {
    const id = await newIdentity();
    await done('registrar', `suspendIdentity(id: "${id}", reason: COURT_ORDER)`);
    await gateway.node.database.pool.query(
      `update store.events set body = replace(body, 'court-order', 'emigration') where stream = $1`,
      [`identity-${id}`],
    );
    const { data } = await gateway.ask(
      gateway.tokens.auditor,
      `{ streamIntact(stream: "identity-${id}") { intact brokenAt } }`,
    );
    expect(data['streamIntact']).toEqual({ intact: false, brokenAt: 2 });
  });

  it('sees how far the node and its ledger are', async () => {
    await eventually(async () => {
      const { data } = await gateway.ask(
        gateway.tokens.auditor,
        '{ status { agency ledger channel ledgerHeight nodeHeight } }',
      );
      const { ledgerHeight, nodeHeight, ...rest } = data['status'] as Record<string, unknown>;
      expect(rest).toEqual({ agency: 'civil-registry', ledger: 'embedded', channel: 'plinth' });
      expect(nodeHeight).toBe(ledgerHeight);
    });
  });
});
