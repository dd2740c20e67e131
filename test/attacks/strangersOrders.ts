import { describe, expect, it } from '@jest/globals';
import type { Command, RefusedOutcome } from '#domain/envelope.ts';
import { signAuthority } from '#domain/seal/authority.ts';
import type { Submission } from '#ledger/ledger.ts';
import { codeOf, standing, suspension } from '#test/conformance/office.ts';
import { channel, newId, type Signer } from '#test/registry.ts';
import { rogue, type Siege } from './siege.ts';

type Owned = { readonly command: Command; readonly owner: Signer; readonly thief: Signer };

// An order that an officer of the civil registry signed, and what somebody else can make of it.
const tricks: readonly (readonly [string, (owned: Owned) => Command])[] = [
  ['through a node of another agency, as it was signed', ({ command }) => command],
  [
    "with the officer's id and another key",
    ({ command, owner, thief }) => signAuthority(channel, bare(command), { ...thief, officer: owner.officer }),
  ],
  ['with its signature under another order', ({ command }) => ({ ...command, type: 'ReinstateIdentity' })],
  ['with its signature under another reason', ({ command }) => ({ ...command, data: { reason: 'emigration' } })],
  ['with its signature under another id', ({ command }) => ({ ...command, id: newId() })],
  ['with its signature under another person', ({ command }) => ({ ...command, stream: `identity-${newId()}` })],
  ['signed for another channel', ({ command, owner }) => signAuthority('other', bare(command), owner)],
  [
    "with the thief's own officer named beside the officer's signature",
    ({ command, thief }) => ({
      ...command,
      ...(command.authority && { authority: { ...command.authority, officer: thief.officer } }),
    }),
  ],
];

const bare = (command: Command): Command => ({ ...command, authority: undefined });

type Door = (agency: typeof rogue | 'civil-registry', submission: Submission) => Promise<string>;

export function describeStrangersOrders(siege: () => Siege): void {
  const madeOf = (person: string, trick: (owned: Owned) => Command): Submission => {
    const { 'civil-registry': civil, [rogue]: own } = siege().people;
    const { command } = suspension(person, {}, civil);
    return { command: trick({ command, owner: civil.signer, thief: own.signer }) };
  };
  const codeAt: Door = async (agency, submission) => {
    const answer: RefusedOutcome | { readonly version: number } = await siege().ledger(agency).submit(submission);
    return codeOf(answer);
  };

  describe("an order of another agency's officer", () => {
    it.each(tricks)('orders nothing %s', async (_how, trick) => {
      const person = await siege().registered();
      expect(await codeAt(rogue, madeOf(person, trick))).toBe('ERR_AUTHORITY_INVALID');
      expect(await siege().ledger('election-office').history(person)).toHaveLength(1);
    });

    // The thief may also have got hold of the other agency's node: the signature is still about one order.
    it.each(tricks.slice(1))("orders nothing %s, not even through that officer's own node", async (_how, trick) => {
      const person = await siege().registered();
      expect(await codeAt('civil-registry', madeOf(person, trick))).toBe('ERR_AUTHORITY_INVALID');
      expect(await siege().ledger('election-office').history(person)).toHaveLength(1);
    });
  });

  describeRepeatedOrders(siege, codeAt);
}

function describeRepeatedOrders(siege: () => Siege, codeAt: Door): void {
  describe('an order that was carried out', () => {
    it('gives its first outcome again, and nothing happens twice', async () => {
      const person = await siege().registered();
      const first = suspension(person, {}, siege().people['civil-registry']);
      const { events } = standing(await siege().ledger('civil-registry').submit(first));
      expect(standing(await siege().ledger('civil-registry').submit(first)).events).toEqual(events);
      expect(await siege().ledger('election-office').history(person)).toHaveLength(2);
    });

    it('lends its id to no other order', async () => {
      const person = await siege().registered();
      const civil = siege().people['civil-registry'];
      const { command } = suspension(person, {}, civil);
      standing(await siege().ledger('civil-registry').submit({ command }));
      const other = signAuthority(channel, { ...bare(command), type: 'ReinstateIdentity' }, civil.signer);
      expect(await codeAt('civil-registry', { command: other })).toBe('ERR_COMMAND_ID_REUSED');
      expect(await siege().ledger('election-office').history(person)).toHaveLength(2);
    });
  });
}
