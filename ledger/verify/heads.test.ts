import { describe, expect, it } from '@jest/globals';
import { commandHash } from '#domain/commandHash.ts';
import type { Command } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { Streams } from './streams.ts';
import type { Decision } from './transaction.ts';

const stream = 'identity-1';
const time = Date.parse('2026-03-01T12:00:00.000Z');
const at = new Date(time).toISOString();
const registered = { type: 'IdentityRegistered', data: { schema: 1, class: 'identification' } };
const suspended = { type: 'IdentitySuspended', data: { reason: 'suspected-fraud' } };

const commandOf = (version: number, type = 'RegisterIdentity'): Command => ({
  ...{ id: `command-${version}`, stream, type, data: { version }, seen: 0 },
});
const eventOf = (version: number, fact: object, prev?: string) =>
  canonicalJson({ ...fact, stream, version, at, by: { agency: 'a' }, command: `command-${version}`, prev });
const doneOf = (version: number) => ({
  ...{ id: `command-${version}`, hash: commandHash(commandOf(version)), versions: [version] },
});

const first = eventOf(1, registered);
const second = eventOf(2, suspended, sha256(first));
const firstHead = {
  ...{ version: 1, hash: sha256(first), fold: 1, at, recent: [doneOf(1)] },
  state: { status: 'active', classes: ['identification'] },
};
const secondHead = {
  ...{ version: 2, hash: sha256(second), fold: 1, at, recent: [doneOf(1), doneOf(2)] },
  state: { status: 'suspended', classes: ['identification'] },
};

type Written = {
  readonly head: object;
  readonly event?: readonly [number, string];
  readonly commands?: readonly object[];
};

function decision({ head, event, commands }: Written): Decision {
  const [version = 0, text = ''] = event ?? [];
  const writes = [
    ...(event === undefined ? [] : [{ key: `event\u0000${stream}\u0000${String(version).padStart(12, '0')}`, text }]),
    { key: `head\u0000${stream}`, text: canonicalJson(head) },
  ].map(({ key, text: value }) => ({ key, value: Buffer.from(value), isDelete: false }));
  const batch = canonicalJson({ commands: commands ?? [commandOf(version)] });
  return {
    ...{ chaincode: 'registry', asked: 'registry', response: Buffer.of(), endorsements: [], isAsAsked: true },
    arguments: [Buffer.from('submit'), Buffer.from(batch)],
    effects: [{ namespace: 'registry', reads: [], privateHashes: [], isBeyond: false, writes }],
  };
}

/** What is false in the heads of these transactions. */
function falsehoodsIn(...all: readonly Written[]): {
  readonly falsehoods: readonly string[];
  readonly otherFolds: number;
} {
  const streams = new Streams();
  const falsehoods = all.flatMap(
    (each) => streams.take(decision(each), { agency: 'a', time, transaction: 0 }).falsehoods,
  );
  return { falsehoods, otherFolds: streams.otherFolds };
}

const honest = { event: [1, first], head: firstHead } as const;
const next = (head: object): Written => ({ event: [2, second], head });

describe('a head', () => {
  it('that is the fold of its events is none to speak of', () => {
    expect(falsehoodsIn(honest, next(secondHead))).toEqual({ falsehoods: [], otherFolds: 0 });
  });

  it.each([
    ['state', { state: { status: 'active', classes: ['identification'] } }, 'has a state that its events do not make'],
    ['state of nothing', { state: undefined }, 'has a state that its events do not make'],
    ['time', { at: '2020-01-01T00:00:00.000Z' }, 'has another time than its newest event'],
    ['memory', { recent: [doneOf(2)] }, 'remembers other commands than were carried out'],
    ['memory of a command', { recent: [doneOf(1), { ...doneOf(2), hash: 'other' }] }, 'remembers other commands'],
    ['member', { officers: [] }, 'holds something that is of no head ("officers")'],
  ])('with another %s is named with its stream', (_what, lie, why) => {
    const { falsehoods } = falsehoodsIn(honest, next({ ...secondHead, ...lie }));
    expect(falsehoods).toEqual([expect.stringContaining(`the head of ${stream} ${why}`)]);
  });

  it('that is moved without an event is named as well', () => {
    const moved = { head: { ...firstHead, state: { status: 'deceased' } }, commands: [] };
    expect(falsehoodsIn(honest, moved).falsehoods).toHaveLength(1);
  });

  it('is named once, and not again where an honest one is built on it', () => {
    const lie = { ...firstHead, state: { status: 'active', classes: ['identification', 'contact'] } };
    const built = { ...secondHead, state: { status: 'suspended', classes: ['identification', 'contact'] } };
    expect(falsehoodsIn({ ...honest, head: lie }, next(built)).falsehoods).toHaveLength(1);
  });

  it('of a stream that has no events is refused', () => {
    expect(() => falsehoodsIn({ head: firstHead, commands: [] })).toThrow('is not that of its events');
  });
});

describe('a head of another fold', () => {
  it('is counted, since the rules at hand cannot say whether its state is right', () => {
    const other = { ...firstHead, fold: 2, state: { anything: true } };
    expect(falsehoodsIn({ ...honest, head: other })).toEqual({ falsehoods: [], otherFolds: 1 });
  });

  it('that is being folded anew is right again when its state is that of its events', () => {
    const refolding = { fold: 1, version: 0, state: {} };
    const begun = { head: { ...firstHead, fold: 2, refolding }, commands: [] };
    expect(falsehoodsIn(honest, begun, { head: firstHead, commands: [] })).toEqual({ falsehoods: [], otherFolds: 1 });
    const wrong = { head: { ...firstHead, state: { status: 'deceased' } }, commands: [] };
    expect(falsehoodsIn(honest, begun, wrong).falsehoods).toHaveLength(1);
  });
});

describe('a batch that names an id twice', () => {
  it('is remembered by the command that its event carries out', () => {
    const [other, done] = [commandOf(2, 'RecordDeath'), { ...commandOf(2, 'SuspendIdentity'), data: suspended.data }];
    const recent = [doneOf(1), { id: done.id, hash: commandHash(done), versions: [2] }];
    const head = { ...secondHead, recent };
    expect(falsehoodsIn(honest, { ...next(head), commands: [other, done] }).falsehoods).toEqual([]);
  });
});
