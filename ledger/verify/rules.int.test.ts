import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventKey, headKey } from '#chaincode/keys.ts';
import type { Command } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { agreement, carryOut, found } from '#test/agreement.ts';
import { forgeTransaction } from '#test/attacks/forgedTransaction.ts';
import { nextHead } from '#test/attacks/nextHead.ts';
import { nextBlock } from '#test/forgedBlock.ts';
import * as registry from '#test/registry.ts';
import { signerOf } from '../embedded/identities.ts';
import { getMspKeys, openMspKeys, type MspKeys } from '../embedded/mspKeys.ts';
import { openEmbeddedLedger, type EmbeddedLedger } from '../embedded/openEmbeddedLedger.ts';
import type { StreamHead } from '../ledger.ts';
import { Monitor } from './monitor.ts';
import type { Report } from './report.ts';
import { verifyBlocks } from './verifyBlocks.ts';

const { agencies, newId, newSigner, officerOf, order, registration } = registry;
const own = 'civil-registry';
const people = registry.newAgencies();
const { signer } = people[own];
const parties = { proposer: people[own], approver: people['election-office'] };
const [clerk, gone] = [newSigner('clerk'), newSigner('gone')];
const death = { type: 'RecordDeath', data: { reason: 'death-certificate' } };
const names = { class: 'identification', of: { givenName: [{ language: 'eng', value: 'Augusta' }] } };

let directory: string;
let mspKeys: MspKeys;
let blocks: readonly Uint8Array[];
/** Somebody whose death two agencies agreed on, somebody whose death they recorded, and somebody else. */
let agreed: Person;
let dead: Person;
let other: Person;

type Person = { readonly stream: string; readonly head: StreamHead; readonly proposal: string };

async function verify(all: readonly Uint8Array[]): Promise<Report> {
  async function* each(): AsyncGenerator<Uint8Array> {
    for (const block of all) yield await Promise.resolve(block);
  }
  return verifyBlocks(each());
}

/** Has everything done for which the rules ask for somebody's word. */
async function fill(ledger: EmbeddedLedger): Promise<void> {
  const submit = async (submission: registry.Submission, agency: registry.AgencyName = own): Promise<object> => {
    const outcome = await ledger.as(agency).submit(submission);
    if ('refused' in outcome) throw new Error(outcome.refused);
    return outcome;
  };
  const office = { stream: `agency-${own}`, seen: 1 };
  const employ = async (officer: registry.Signer, roles: Parameters<typeof officerOf>[1]): Promise<object> =>
    submit(order({ ...office, type: 'AddOfficer', data: officerOf(officer, roles) }, { signer }));
  const register = async (by = signer): Promise<string> => {
    const registered = registration(by);
    await submit(registered);
    return registered.command.stream;
  };
  const personOf = async (stream: string, proposal = newId()): Promise<Person> => {
    const head = await ledger.head(stream);
    if (head === undefined) throw new Error('nobody is registered there');
    return { stream, head, proposal };
  };
  await found(people, submit);
  await employ(clerk, ['auditor']);
  await employ(gone, ['registrar']);
  const [one, two, three] = [await register(), await register(), await register(gone)];
  const dismissal = { officer: gone.officer, reason: 'end-of-service' };
  await submit(order({ ...office, type: 'RemoveOfficer', data: dismissal }, { signer }));
  const correction = { stream: one, type: 'CorrectAttributes', data: { schema: 1, reason: 'clerical-error' } };
  await carryOut(submit, agreement(correction, parties, names), parties);
  const open = agreement({ ...death, stream: one }, parties);
  await submit(open.proposal);
  await submit(open.approval, 'election-office');
  const done = agreement({ ...death, stream: two }, parties);
  await carryOut(submit, done, parties);
  const forgotten = { stream: await register(), type: 'EraseIdentity', data: { reason: 'court-order', proposals: [] } };
  await carryOut(submit, agreement(forgotten, parties), parties);
  agreed = await personOf(one, open.carriedOut.command.proposal);
  dead = await personOf(two, done.carriedOut.command.proposal);
  other = await personOf(three);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plinth-rules-'));
  const ledger = await openEmbeddedLedger({
    ...{ directory, channel: registry.channel, agency: own, agencies, classes: registry.schema.classes },
    ...{ endorsement: { agencies, required: 2 }, registryKeyOf: () => new Uint8Array(32).fill(3) },
  });
  await fill(ledger);
  const { height } = await ledger.status();
  const read: Uint8Array[] = [];
  for await (const { bytes } of ledger.blocks(0, new AbortController().signal)) if (read.push(bytes) === height) break;
  blocks = read;
  await ledger.close();
  mspKeys = await openMspKeys(directory, agencies);
}, 60_000);

afterAll(() => rm(directory, { recursive: true }));

type Planted = {
  readonly person: Person;
  readonly command: Command;
  readonly said?: object;
  /** What differs in the head from what the contract would have written. */
  readonly kept?: object;
};

/** The blocks, and behind them a death that two agencies recorded together, with the command that they give for it. */
function planted({ person: { stream, head }, command, said = {}, kept = {} }: Planted): readonly Uint8Array[] {
  const [version, at] = [head.version + 1, new Date()];
  const { id, authority, proposal } = command;
  const by = { agency: own, ...(authority && { officer: authority.officer }) };
  const fact = { type: 'DeathRecorded', data: death.data, ...(proposal !== undefined && { proposal }) };
  const place = { stream, version, at: at.toISOString(), prev: head.hash };
  const event = { ...fact, ...place, by, command: id, ...said };
  const next = { ...nextHead(head, event, command), ...kept };
  const writes = { [eventKey(stream, version)]: canonicalJson(event), [headKey(stream)]: canonicalJson(next) };
  const endorsers = [own, 'election-office'].map((name) => signerOf(name, getMspKeys(mspKeys, name).peer));
  const creator = signerOf(own, getMspKeys(mspKeys, own).node);
  const { bytes } = forgeTransaction({ creator, endorsers, writes, at, batch: { commands: [command] } });
  return [...blocks, nextBlock(blocks, mspKeys, bytes)];
}

/** An officer's order to record a death, with this proposal or with none. */
function ordered({ stream }: Person, { by, proposal }: { by?: registry.Signer; proposal?: string }): Command {
  const command = { ...death, stream, seen: 1, ...(proposal !== undefined && { proposal }) };
  return order(command, by && { signer: by }).command;
}

describe('an honest ledger', () => {
  it('with agreements, a correction, an erasure and an officer who went breaks no rule', async () => {
    const report = await verify(blocks);
    expect(report).toMatchObject({ alarms: [], blocks: blocks.length });
    expect(report).not.toHaveProperty('fault');
  });

  it('breaks none by a death that an officer ordered and two agencies agreed on', async () => {
    const command = ordered(agreed, { by: signer, proposal: agreed.proposal });
    const report = await verify(planted({ person: agreed, command }));
    expect(report).toMatchObject({ alarms: [], blocks: blocks.length + 1 });
  });
});

describe('two agencies that record a death', () => {
  const cases: Readonly<Record<string, readonly [why: string, lie: () => Planted]>> = {
    'that no officer ordered': [
      'no officer ordered RecordDeath',
      () => ({ person: agreed, command: ordered(agreed, { proposal: agreed.proposal }) }),
    ],
    'in the name of an officer who did not sign': [
      'did not sign its command',
      () => {
        const { authority } = ordered(agreed, { by: signer, proposal: agreed.proposal });
        return { person: agreed, command: { ...ordered(agreed, { proposal: agreed.proposal }), authority } };
      },
    ],
    'and name an officer whom the command does not': [
      'it names another officer than its command',
      () => {
        const by = { agency: own, officer: signer.officer };
        return { person: agreed, command: ordered(agreed, { proposal: agreed.proposal }), said: { by } };
      },
    ],
    'by an officer who was removed': [
      `its officer was none of ${own} then`,
      () => ({ person: agreed, command: ordered(agreed, { by: gone, proposal: agreed.proposal }) }),
    ],
    'by an officer without the role': [
      'takes the role registrar',
      () => ({ person: agreed, command: ordered(agreed, { by: clerk, proposal: agreed.proposal }) }),
    ],
    'without a proposal': [
      'takes the word of a second agency',
      () => ({ person: agreed, command: ordered(agreed, { by: signer }) }),
    ],
    'by a proposal that there is not': [
      'no second agency had agreed',
      () => ({ person: other, command: ordered(other, { by: signer, proposal: other.proposal }) }),
    ],
    'by a proposal about somebody else': [
      'its proposal is about another order',
      () => ({ person: other, command: ordered(other, { by: signer, proposal: agreed.proposal }) }),
    ],
    'by a proposal that was carried out': [
      'its proposal had been carried out before',
      () => ({ person: dead, command: ordered(dead, { by: signer, proposal: dead.proposal }) }),
    ],
    'for an order to do something else': [
      'SuspendIdentity orders something else',
      () => {
        const data = { reason: 'suspected-fraud' };
        const suspension = { stream: other.stream, type: 'SuspendIdentity', data, seen: 1 };
        return { person: other, command: order(suspension, { signer }).command };
      },
    ],
  };

  it.each(Object.entries(cases))('%s are named by every audit', async (_what, [why, lie]) => {
    const report = await verify(planted(lie()));
    expect(report).not.toHaveProperty('fault');
    const { stream, head } = lie().person;
    const what = `transaction 0, event ${head.version + 1} of ${stream}: `;
    expect(report.alarms).toEqual([
      { code: 'ERR_RULE_BROKEN', block: blocks.length, what: expect.stringContaining(what) },
    ]);
    expect(report.alarms[0]?.what).toContain(why);
    expect(report.alarms[0]?.what).toContain('; endorsed by civil-registry, election-office');
  });

  it('are named by whoever follows the ledger', () => {
    const monitor = new Monitor({ trust: {}, patience: { blocks: 100, milliseconds: 3_600_000 } });
    const told = planted({ person: other, command: ordered(other, {}) }).flatMap((block) => monitor.take('own', block));
    expect(told.map(({ code }) => code)).toEqual(['ERR_RULE_BROKEN']);
  });
});

describe('two agencies that keep another state than the events make', () => {
  it('are named with the stream by every audit', async () => {
    const command = ordered(agreed, { by: signer, proposal: agreed.proposal });
    const report = await verify(planted({ person: agreed, command, kept: { state: agreed.head.state } }));
    expect(report).not.toHaveProperty('fault');
    const what = `transaction 0: the head of ${agreed.stream} has a state that its events do not make; endorsed by civil-registry, election-office`;
    expect(report.alarms).toEqual([{ code: 'ERR_HEAD_FALSE', block: blocks.length, what }]);
  });
});
