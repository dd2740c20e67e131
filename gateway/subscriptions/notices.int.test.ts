import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#test/eventually.ts';
import { openGatewayNode, type GatewayNode } from '#test/gatewayNode.ts';
import { listen, openBrittleLine, type Asked, type Listening } from '#test/listening.ts';

type HeardNotice = {
  readonly id: string;
  readonly type: string;
  readonly subject: string | null;
  readonly detail: object | null;
  readonly position: string;
};

let gateway: GatewayNode;
beforeAll(async () => {
  gateway = await openGatewayNode();
});
afterAll(() => gateway.close());

const query = `subscription ($after: String) { it: notices(after: $after) { id type version uri at subject detail position } }`;
type Party = 'clinic' | 'bank';
const party = (name: Party, asked: Partial<Asked> = {}): Listening<HeardNotice> =>
  listen({
    ...{ url: gateway.url, token: gateway.tokens[name], query, after: 'beginning' },
    positionOf: ({ position }: HeardNotice) => position,
    ...asked,
  });

async function done(token: string, mutation: string): Promise<Readonly<Record<string, unknown>>> {
  const { data, codes } = await gateway.ask(token, `mutation { it: ${mutation} }`);
  expect(codes).toEqual([]);
  const answer = data['it'] as Readonly<Record<string, unknown>>; // the field of the query
  expect(answer['code']).toBeUndefined();
  return answer;
}

const orRefused = '... on Refused { code reason }';
const asRegistrar = async (mutation: string) =>
  done(await gateway.officer('registrar'), `${mutation} { ... on Receipt { block } ${orRefused} }`);
const asManager = async (mutation: string) =>
  done(await gateway.officer('partner-manager'), `${mutation} { ... on Receipt { block } ${orRefused} }`);

async function newPerson(): Promise<{ readonly id: string; readonly token: string }> {
  const registered = await done(
    await gateway.officer('registrar'),
    `registerIdentity(enrolmentId: "${crypto.randomUUID()}", attributes: {dateOfBirth: "1984-02-29"}) { ... on Registered { id } ${orRefused} }`,
  );
  const id = String(registered['id']);
  return { id, token: await gateway.resident(id) };
}

async function consent(token: string, to: Party): Promise<string> {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const given = await done(
    token,
    `giveConsent(party: "${to}", purpose: ServiceProvision, claims: [{attribute: givenName, accepted: true}], validUntil: "${until}")
      { ... on Receipt { id } ${orRefused} }`,
  );
  return String(given['id']);
}
const withdraw = (token: string, id: string) =>
  done(token, `withdrawConsent(id: "${id}") { ... on Receipt { id } ${orRefused} }`);

const typesOf = ({ heard }: Listening<HeardNotice>) => heard.map(({ type }) => type);

describe('a party that subscribes to notices', () => {
  it('hears what concerns its own consents, and nothing of another party or of people it has no consent of', async () => {
    const [both, clinics, nobodys] = [await newPerson(), await newPerson(), await newPerson()];
    const bank = party('bank');
    const clinic = party('clinic');
    await eventually(() => expect(typesOf(bank)).toEqual(['party.approved']));
    const given = [
      await consent(both.token, 'clinic'),
      await consent(both.token, 'bank'),
      await consent(clinics.token, 'clinic'),
    ];
    for (const { id } of [both, clinics, nobodys])
      await asRegistrar(`suspendIdentity(id: "${id}", reason: COURT_ORDER)`);
    await withdraw(both.token, String(given[0]));
    await eventually(() => {
      expect(typesOf(clinic).slice(1)).toEqual(
        'consent.given consent.given identity.suspended identity.suspended consent.withdrawn'.split(' '),
      );
      expect(typesOf(bank).slice(1)).toEqual(['consent.given', 'identity.suspended']);
    });
    const names = (of: Listening<HeardNotice>) => new Set(of.heard.flatMap(({ subject }) => subject ?? []));
    expect([names(clinic).size, names(bank).size]).toEqual([2, 1]);
    expect(names(clinic).intersection(names(bank)).size).toBe(0);
    const text = JSON.stringify([clinic.heard, bank.heard]);
    for (const secret of [both.id, clinics.id, nobodys.id, ...given]) expect(text).not.toContain(secret);
    const withdrawn = {
      uri: 'urn:plinth:notice:consent.withdrawn:1',
      version: 1,
      detail: { purpose: 'ServiceProvision' },
    };
    expect(clinic.heard.at(-1)).toMatchObject(withdrawn);
    for (const each of [bank, clinic]) each.hangUp();
  });

  it('hears each once and in order, however often the line breaks, while more comes', async () => {
    const line = await openBrittleLine(gateway.url, () => randomInt(300, 3000));
    const listening = party('clinic', { url: line.url });
    for (let count = 0; count < 6; count += 1) {
      const { id, token } = await newPerson();
      const given = await consent(token, 'clinic');
      await asRegistrar(`suspendIdentity(id: "${id}", reason: COURT_ORDER)`);
      await withdraw(token, given);
    }
    const whole = party('clinic');
    await eventually(() => expect(whole.heard.length).toBeGreaterThanOrEqual(18));
    await eventually(() => expect(listening.heard).toEqual(whole.heard));
    for (const each of [whole, listening]) each.hangUp();
    await line.close();
  });

  it('is told that it is suspended, and then nothing more before it is approved again', async () => {
    const { id, token } = await newPerson();
    const bank = party('bank');
    await consent(token, 'bank');
    await eventually(() => expect(typesOf(bank).at(-1)).toBe('consent.given'));
    await asManager('suspendRelyingParty(id: "bank", reason: BREACH_OF_TERMS)');
    expect(await bank.ended).toEqual(['ERR_PARTY_NOT_ACTIVE']);
    expect(bank.heard.at(-1)).toMatchObject({ type: 'party.suspended', detail: { reason: 'breach-of-terms' } });
    await asRegistrar(`suspendIdentity(id: "${id}", reason: COURT_ORDER)`);
    expect(await party('bank').ended).toEqual([403, 'ERR_PARTY_NOT_ACTIVE']);
    await asManager('approveRelyingParty(id: "bank")');
    const again = party('bank', { after: String(bank.heard.at(-1)?.position) });
    await eventually(() => expect(typesOf(again)).toContain('party.approved'));
    again.hangUp();
  });

  it('is refused a position that this node or this party has not given', async () => {
    const mine = party('clinic');
    await eventually(() => expect(mine.heard.length).toBeGreaterThan(2));
    mine.hangUp();
    const position = (text: string) => Buffer.from(text).toString('base64url');
    const endOf = (after: string) => party('bank', { after }).ended;
    expect(await endOf(position('notice:1000000.0123abcd'))).toEqual(['ERR_POSITION_AHEAD']);
    expect(await endOf(String(mine.heard[1]?.position))).toEqual(['ERR_POSITION_UNKNOWN']);
    expect(await endOf('yesterday')).toEqual(['ERR_MALFORMED']);
    expect(await endOf(position('notice:0.0123abcd'))).toEqual(['ERR_MALFORMED']);
  });

  it('hears nothing of what was, unless it says from where', async () => {
    const fromNow = party('clinic', { after: undefined });
    const { token } = await newPerson();
    await eventually(async () => {
      await consent(token, 'clinic');
      expect(typesOf(fromNow).length).toBeGreaterThan(0);
    });
    expect(new Set(typesOf(fromNow))).toEqual(new Set(['consent.given']));
    fromNow.hangUp();
  });
});
