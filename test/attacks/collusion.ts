import { describe, expect, it } from '@jest/globals';
import { eventKey, headKey } from '#chaincode/keys.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { newId } from '#test/registry.ts';
import { strike, type Aftermath } from './aftermath.ts';
import { forgeTransaction, type Forgery } from './forgedTransaction.ts';
import { nextHead } from './nextHead.ts';
import { rogue, type Siege } from './siege.ts';

const accomplice = 'election-office';

/** A fact as the honest contract would have written it, but for the officer and the agreement that nobody gave. */
async function wellFormedLie(siege: Siege, stream: string): Promise<Pick<Forgery, 'writes' | 'batch' | 'at'>> {
  const head = await siege.ledger('civil-registry').head(stream);
  if (head === undefined) throw new Error('nobody is registered there');
  const at = new Date();
  const [version, command] = [head.version + 1, newId()];
  const by = { agency: rogue, officer: siege.people[rogue].signer.officer };
  const fact = { type: 'DeathRecorded', data: { reason: 'death-certificate' } };
  const event = { ...fact, stream, version, by, at: at.toISOString(), command, prev: head.hash };
  const order = { id: command, stream, type: 'RecordDeath', data: fact.data, seen: head.version };
  const next = canonicalJson(nextHead(head, event, order));
  const writes = { [eventKey(stream, version)]: canonicalJson(event), [headKey(stream)]: next };
  return { writes, at, batch: { commands: [order] } };
}

export function describeCollusion(siege: () => Siege): void {
  const together = async (stream: string, lies: Pick<Forgery, 'writes' | 'batch' | 'at'>): Promise<Aftermath> => {
    const endorsers = ([rogue, accomplice] as const).map((agency) => siege().keys(agency).peer);
    const { client: creator } = siege().keys(rogue);
    return strike(siege(), [stream], forgeTransaction({ creator, endorsers, ...lies }));
  };

  // What two of three agencies can do together, printed in docs/security.md: nothing here stops them, some of it shows.
  describe('two agencies that collude', () => {
    it('state a well-formed fact that no officer ordered; it stands, and every audit names it and them', async () => {
      const person = await siege().registered();
      const { alarms, ...left } = await together(person, await wellFormedLie(siege(), person));
      expect(left).toEqual({ codes: [[0], [0]], changed: [person], facts: 1, faults: [] });
      expect(alarms).toHaveLength(2);
      for (const alarm of alarms) {
        expect(alarm).toMatch(/^ERR_RULE_BROKEN .*: it names another officer than its command; endorsed by /);
        expect(alarm).toContain([accomplice, rogue].sort().join(', '));
      }
      const [, lie] = await siege().ledger('civil-registry').history(person);
      expect(lie).toMatchObject({ type: 'DeathRecorded', by: { agency: rogue } });
      expect(lie).not.toHaveProperty('proposal'); // as every honest record of a death has
    });

    it('do not speak for the third: whoever audits sees that its node did not make the transaction', async () => {
      const person = await siege().registered();
      const lies = await wellFormedLie(siege(), person);
      const named = (value: string) => value.replaceAll(`"agency":"${rogue}"`, '"agency":"civil-registry"');
      const event = named(lies.writes[eventKey(person, 2)] ?? '');
      const head = { ...(JSON.parse(lies.writes[headKey(person)] ?? '{}') as object), hash: sha256(event) };
      const writes = { [eventKey(person, 2)]: event, [headKey(person)]: canonicalJson(head) };
      const { faults } = await together(person, { ...lies, writes });
      expect(faults).toHaveLength(2);
      for (const fault of faults) expect(fault).toContain('speaks for another agency');
    });
  });
}
