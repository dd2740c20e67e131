import { describe, expect, it } from '@jest/globals';
import { eventKey, headKey, sealedKey, uniqueKey } from '#chaincode/keys.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { uniqueHash } from '#domain/seal/unique.ts';
import { signerOf, type Signer } from '#ledger/embedded/identities.ts';
import { standing } from '#test/conformance/office.ts';
import { newId, newNumber, registration } from '#test/registry.ts';
import { nothing, strike, type Aftermath } from './aftermath.ts';
import { forgeTransaction, type Forgery } from './forgedTransaction.ts';
import { issue } from './issuedCertificate.ts';
import { registryKeyOf } from './stolenKeys.ts';
import { rogue, type Siege } from './siege.ts';

type Lies = Pick<Forgery, 'writes' | 'purges' | 'namespace'>;

const policyFailure = nothing(10);

/** A death that nobody recorded, with event and head as an honest contract would write them. */
export async function falseDeath(siege: Siege, stream: string): Promise<Record<string, string>> {
  const head = await siege.ledger('civil-registry').head(stream);
  if (head === undefined) throw new Error('nobody is registered there');
  const version = head.version + 1;
  const by = { agency: rogue, officer: 'nobody' };
  const at = new Date().toISOString();
  const said = { type: 'DeathRecorded', data: { reason: 'death-certificate' }, by, at, command: newId() };
  const event = canonicalJson({ ...said, stream, version, prev: head.hash });
  const next = { ...head, version, hash: sha256(event), state: { status: 'deceased' }, at };
  return { [eventKey(stream, version)]: event, [headKey(stream)]: canonicalJson(next) };
}

type Strike = (stream: string, lies: Lies, endorsers?: readonly Signer[]) => Promise<Aftermath>;

/** A transaction of the malicious agency, with its own peer's endorsement where no others are named. */
function strikeOf(siege: () => Siege): Strike {
  return async (stream, lies, endorsers) => {
    const { peer, client } = siege().keys(rogue);
    const forged = forgeTransaction({ creator: client, endorsers: endorsers ?? [peer], ...lies });
    return strike(siege(), [stream], forged);
  };
}

export function describeForgeries(siege: () => Siege): void {
  const alone = strikeOf(siege);

  describe('a transaction that one agency made up and signed alone', () => {
    it.each([
      ['a head', (death: Lies['writes']) => onlyKeys(death, 'head')],
      ['an event', (death: Lies['writes']) => onlyKeys(death, 'event')],
      ['an event and the head that goes with it', (death: Lies['writes']) => death],
    ])('changes no fact by writing %s', async (_what, lies) => {
      const stream = await siege().registered();
      expect(await alone(stream, { writes: lies(await falseDeath(siege(), stream)) })).toEqual(policyFailure);
    });

    it('does not rewrite what has happened', async () => {
      const stream = await siege().registered();
      const [first] = await siege().ledger('civil-registry').history(stream);
      const other = { ...first, at: '2020-01-01T00:00:00.000Z' };
      expect(await alone(stream, { writes: { [eventKey(stream, 1)]: canonicalJson(other) } })).toEqual(policyFailure);
    });

    it('makes nobody an officer of another agency', async () => {
      const stream = 'agency-civil-registry';
      const head = await siege().ledger('civil-registry').head(stream);
      const writes = { [headKey(stream)]: canonicalJson({ ...head, state: { status: 'admitted', officers: [] } }) };
      expect(await alone(stream, { writes })).toEqual(policyFailure);
    });
  });
  describeOtherKeys(siege, alone);
  describeEndorsers(siege, alone);
}

function describeOtherKeys(siege: () => Siege, alone: Strike): void {
  describe('a transaction that one agency made up, of keys that are no stream', () => {
    it('takes no identity number for itself, and the number stays free for its person', async () => {
      const number = newNumber();
      const hash = uniqueHash(registryKeyOf(siege().directory, rogue), 'number', number);
      const stream = await siege().registered();
      expect(await alone(stream, { writes: { [uniqueKey('number', hash)]: stream } })).toEqual(policyFailure);
      const { signer } = siege().people['civil-registry'];
      standing(
        await siege()
          .ledger('civil-registry')
          .submit(registration(signer, { identityNumber: number })),
      );
    });

    it('purges no private value, and makes nobody wait for values that do not exist', async () => {
      const stream = await siege().registered();
      const read = () => siege().ledger('civil-registry').privateEntry('identification', sealedKey(stream, 1));
      const before = await read();
      expect(before).toBeDefined();
      const writes = await falseDeath(siege(), stream);
      const plain = await timed(() => alone(stream, { writes }));
      const purges = { identification: [sealedKey(stream, 1)] };
      const purging = await timed(() => alone(stream, { writes, purges }));
      expect([plain.result, purging.result]).toEqual([policyFailure, policyFailure]);
      expect(await read()).toEqual(before);
      // A peer that looks for the private values of an invalid transaction stands still for five seconds and more.
      expect(purging.milliseconds).toBeLessThan(5 * plain.milliseconds);
    });

    it('replaces no definition of the chaincode, nor its endorsement policy', async () => {
      const stream = await siege().registered();
      const writes = { 'namespaces/fields/registry/ValidationInfo': 'anything' };
      expect(await alone(stream, { writes, namespace: '_lifecycle' })).toEqual(policyFailure);
    });
  });
}

function describeEndorsers(siege: () => Siege, alone: Strike): void {
  describe('an endorsement of the same agency once more', () => {
    it.each([
      ['by the same peer', ({ peer }: Stolen) => [peer, peer]],
      ['by another peer of its authority', ({ peer, second }: Stolen) => [peer, second]],
      ['by its client', ({ peer, client }: Stolen) => [peer, client]],
      ['by its administrator', ({ peer, admin }: Stolen) => [peer, admin]],
      ['by a peer of its authority that names another agency', ({ peer, liar }: Stolen) => [peer, liar]],
    ])('is no second word: %s', async (_name, choose) => {
      const stream = await siege().registered();
      const writes = await falseDeath(siege(), stream);
      expect(await alone(stream, { writes }, choose(await stolen(siege())))).toEqual(policyFailure);
    });
  });
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly milliseconds: number }> {
  const begin = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - begin };
}

type Stolen = ReturnType<Siege['keys']> & { readonly second: Signer; readonly liar: Signer };

async function stolen(siege: Siege): Promise<Stolen> {
  const certified = await issue(siege.directory, rogue, { commonName: 'peer2', units: ['peer'] });
  const second = signerOf(rogue, certified);
  return { ...siege.keys(rogue), second, liar: signerOf('election-office', certified) };
}

function onlyKeys(writes: Lies['writes'], prefix: string): Lies['writes'] {
  return Object.fromEntries(Object.entries(writes).filter(([key]) => key.startsWith(prefix)));
}
