import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { newId } from '#test/registry.ts';

let gateway: GatewayNode;
let identity: string;
beforeAll(async () => {
  gateway = await openGatewayNode();
  const text = `mutation { registerIdentity(enrolmentId: "${newId()}", attributes: {dateOfBirth: "1984-02-29"}) {
    ... on Registered { id } } }`;
  const { data } = await gateway.ask(await gateway.officer('registrar'), text);
  identity = (data['registerIdentity'] as { id: string }).id; // the field of the text
});
afterAll(() => gateway.close());

/** The code with which a text is refused, whichever way. */
async function codeOf(officer: string, text: string, variables: object = {}): Promise<unknown> {
  const { data, codes } = await gateway.ask(await gateway.officer(officer), text, variables);
  return codes[0] ?? (data['answer'] as { code?: string } | undefined)?.code;
}
const mutation = (field: string, declared = '') =>
  `mutation ${declared} { answer: ${field} { ... on Refused { code } } }`;
const long = 'x'.repeat(65);
const key = '{kty: "EC", crv: "P-256", x: "AA", y: "AA"}';

describe('an id that can be none', () => {
  it.each(['', 'a b', long, '\u0000', '\ud800', "x' or 1=1", '../..'])(
    '%j is refused as such, or found nowhere',
    async (id) => {
      const codes = ['ERR_MALFORMED', 'ERR_NOT_FOUND'];
      const fields = [
        'approveProposal(id: $id)',
        'carryOutProposal(id: $id)',
        'rejectProposal(id: $id, reason: COURT_ORDER)',
        'recordDeath(id: $id, reason: DEATH_CERTIFICATE)',
        'eraseIdentity(id: $id, reason: COURT_ORDER)',
        `mergeIdentity(id: "${identity}", into: $id, reason: DUPLICATE_RECORD)`,
        'removeAgency(agency: $id, reason: BREACH_OF_TERMS)',
      ];
      for (const field of fields)
        expect(codes).toContain(await codeOf('registrar', mutation(field, '($id: ID!)'), { id }));
      const query = 'query ($id: ID!) { answer: proposal(id: $id) { ... on Refused { code } } }';
      expect(codes).toContain(await codeOf('registrar', query, { id }));
    },
  );
});

describe('a proposal of nonsense', () => {
  it.each([
    ['registrar', 'recoverPersonKey(id: $id, key: "short", reason: REQUEST_OF_PERSON)', 'ERR_MALFORMED'],
    ['registrar', 'bindPersonKey(id: $id, key: "short")', 'ERR_MALFORMED'],
    ['adjudicator', 'mergeIdentity(id: $id, into: $id, reason: DUPLICATE_RECORD)', 'ERR_MALFORMED'],
    ['adjudicator', 'splitIdentity(id: $id, reason: CLERICAL_ERROR)', 'ERR_NOT_MERGED'],
    [
      'registrar',
      'recordDeath(id: $id, reason: COURT_ORDER, validUntil: "2020-01-01T00:00:00.000Z")',
      'ERR_PERIOD_INVALID',
    ],
    ['registrar', 'recordDeath(id: $id, reason: COURT_ORDER, validUntil: "soon")', 'GRAPHQL_VALIDATION_FAILED'],
    ['administrator', 'handOverKeys(class: "No Class")', 'ERR_MALFORMED'],
    ['administrator', 'rotateTransportKey(epoch: 7, key: "AA")', 'ERR_MALFORMED'],
    ['administrator', 'rotateLogKey(key: "AA")', 'ERR_MALFORMED'],
    ['administrator', 'removeAgency(agency: "nobody", reason: BREACH_OF_TERMS)', 'ERR_AGENCY_UNKNOWN'],
    ['administrator', 'removeAgency(agency: "civil-registry", reason: BREACH_OF_TERMS)', 'ERR_AUTHORITY_INVALID'],
    [
      'administrator',
      `admitAgency(agency: "tax-office", name: [], transportKey: {key: "AA"}, administrator: {officer: "a", key: ${key}, validFrom: "2030-01-01T00:00:00.000Z"})`,
      'ERR_MALFORMED',
    ],
    ['policy-manager', 'publishSharingPolicy(id: "a b", name: [], rules: [], matching: [])', 'ERR_MALFORMED'],
    ['policy-manager', 'publishIdentitySchema(version: 1)', 'ERR_SCHEMA_NOT_NEXT'],
  ])('%s: %s', async (officer, field, code) => {
    const declared = field.includes('$id') ? '($id: ID!)' : '';
    expect(await codeOf(officer, mutation(field, declared), declared === '' ? {} : { id: identity })).toBe(code);
  });

  it('about values that break the rules of the country, or cannot be kept, is not made', async () => {
    const text = mutation(
      'correctAttributes(id: $id, attributes: {identification: $values}, reason: CLERICAL_ERROR)',
      '($id: ID!, $values: IdentificationInput!)',
    );
    const correct = (values: object) => codeOf('registrar', text, { id: identity, values });
    expect(await correct({ dateOfBirth: '1984-02-31' })).toBe('ERR_VALUE_INVALID');
    expect(await correct({ givenName: [{ language: 'eng', value: 'x\u0000' }] })).toBe('ERR_MALFORMED');
    expect(await correct({ givenName: [{ language: 'eng', value: '\ud800' }] })).toBe('ERR_MALFORMED');
    expect(await correct({})).toBe('ERR_DISCLOSURE_MISMATCH');
    const future = text.replace('$values}', '$values}, effectiveFrom: "2199-01-01"');
    expect(await codeOf('registrar', future, { id: identity, values: { dateOfBirth: '1984-03-01' } })).toBe(
      'ERR_PERIOD_INVALID',
    );
  });

  it('leaves none behind', async () => {
    const { data } = await gateway.ask(
      gateway.tokens.auditor,
      `{ proposals(stream: "identity-${identity}") { edges { cursor } } }`,
    );
    expect(data).toEqual({ proposals: { edges: [] } });
  });
});

describe('a list of proposals', () => {
  it.each(['after: "x"', 'first: -1', 'stream: "x"', 'stream: "identity-\\u0000"'])(
    'with %s is refused',
    async (args) => {
      const code = await codeOf('registrar', `{ answer: proposals(${args}) { edges { cursor } } }`);
      expect(['ERR_MALFORMED', 'GRAPHQL_VALIDATION_FAILED']).toContain(code);
    },
  );
});
