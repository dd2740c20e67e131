import { describe, expect, it } from '@jest/globals';
import { checkpointText } from '../log/checkpoint.ts';
import { cosign, cosignerVerifier } from '../log/cosignature.ts';
import { logKeyOf, type LogKey } from '../log/logKey.ts';
import { cosignerNameOf } from '../log/origin.ts';
import { checkCheckpoint } from '../log/proofFile.ts';
import { RegistryLog } from './registryLog.ts';
import type { TakenBlock, TakenEvent } from './taken.ts';

const origin = 'registry.plinth/plinth/0123456789abcdef';
const keys = { a: logKeyOf(Buffer.alloc(32, 1)), b: logKeyOf(Buffer.alloc(32, 2)), c: logKeyOf(Buffer.alloc(32, 3)) };
type Name = keyof typeof keys;

const event = (stream: string, type: string, data: TakenEvent['data'] = {}): TakenEvent => ({
  ...{ transaction: 0, stream, version: 1, type, data, at: 0, said: {}, given: [] },
  bytes: Buffer.from(`${stream} ${type} ${JSON.stringify(data)}`),
});
const block = (number: number, events: readonly TakenEvent[]): TakenBlock => ({
  ...{
    number,
    events,
    hash: Buffer.alloc(32),
    time: number * 1000,
    configures: false,
    defining: [],
    endorsersOf: () => [],
    falsehoods: [],
  },
});
const admitted = (name: Name) => event(`agency-${name}`, 'AgencyAdmitted', { logKey: keys[name].publicKey });
const fact = (id: number) => event(`identity-${id}`, 'IdentityRegistered');

/** A log of three agencies and two people. */
function filled(): RegistryLog {
  const log = new RegistryLog(origin);
  log.take(block(1, [admitted('a'), admitted('b'), admitted('c')]));
  log.take(block(2, [fact(1), fact(2)]));
  return log;
}

/** What an agency states of the log as it is; `said` replaces what is true. */
function anchor(log: RegistryLog, name: Name, said: { size?: number; root?: string; key?: LogKey } = {}): TakenEvent {
  const { size = log.size, key = keys[name] } = said;
  const root = said.root ?? Buffer.from(log.root(Math.min(size, log.size))).toString('base64url');
  const text = checkpointText({ origin, size, root: Buffer.from(root, 'base64url') });
  const { time, signature } = cosign(text, key, 1_800_000_000);
  const cosignature = { time, signature: Buffer.from(signature).toString('base64url') };
  return event(`anchor-${name}`, 'TreeAnchored', { log: 'registry', size, root, cosignature });
}

const codes = (log: RegistryLog, ...events: readonly TakenEvent[]) =>
  log.take(block(3, events)).map(({ code }) => code);

describe('a log that two agencies anchored at the same size', () => {
  const log = filled();
  const [one, two] = [anchor(log, 'a'), anchor(log, 'b')];

  it('raises no alarm and gives a checkpoint that both cosigned', () => {
    expect(codes(log, one, two)).toEqual([]);
    const { size, note, agencies } = log.findCheckpoint(2) ?? { size: 0, note: '', agencies: [] };
    expect([size, agencies]).toEqual([5, ['a', 'b']]);
    const verifiers = log.cosigners.inForce.map((holder) =>
      cosignerVerifier(cosignerNameOf(origin, holder.agency), holder),
    );
    expect(checkCheckpoint(note, { origin, verifiers, agencies: 2 }).size).toBe(5);
  });

  it('has none that three cosigned', () => expect(log.findCheckpoint(3)).toBeUndefined());

  it('knows who is behind, since which block; anchors themselves are no news', () => {
    expect(log.anchored).toEqual([
      { agency: 'a', size: 5 },
      { agency: 'b', size: 5 },
      { agency: 'c', size: 0, behind: { index: 0, block: 1, time: 1000 } },
    ]);
  });
});

describe('a log that one agency anchored a while ago', () => {
  it('knows since which of many blocks that one is behind, whatever others have anchored since', () => {
    const log = filled();
    for (let number = 3; number < 40; number += 1) {
      log.take(block(number, [fact(number)]));
      if (number === 17) log.take(block(number, [anchor(log, 'a')]));
      if (number === 38) log.take(block(number, [anchor(log, 'b'), anchor(log, 'c')]));
    }
    expect(log.anchored.map(({ agency, behind }) => [agency, behind?.block])).toEqual([
      ['a', 18],
      ['b', 39],
      ['c', 39],
    ]);
    expect(codes(log, anchor(log, 'a'))).toEqual([]);
    expect(log.anchored[0]).not.toHaveProperty('behind');
  });
});

describe('an agency', () => {
  it('that anchors another root disputes the log', () => {
    const log = filled();
    expect(codes(log, anchor(log, 'a', { root: 'A'.repeat(43) }))).toEqual(['ERR_ROOT_DISPUTED']);
    expect(log.findCheckpoint(1)).toBeUndefined();
  });

  it('that anchors more than there is disputes the log', () => {
    const log = filled();
    expect(codes(log, anchor(log, 'a', { size: 6 }))).toEqual(['ERR_ROOT_DISPUTED']);
  });

  it('whose anchor another key signed has not signed', () => {
    const log = filled();
    expect(codes(log, anchor(log, 'a', { key: keys.b }))).toEqual(['ERR_COSIGNATURE_WRONG']);
  });

  it('that is not known has not signed', () => {
    const log = new RegistryLog(origin);
    log.take(block(2, [fact(1)]));
    expect(codes(log, anchor(log, 'a'))).toEqual(['ERR_COSIGNATURE_WRONG']);
  });

  it('that was removed is named when it cosigns, and counts no more for what it cosigned before', () => {
    const log = filled();
    expect(codes(log, anchor(log, 'a'), anchor(log, 'b'))).toEqual([]);
    log.take(block(4, [event('agency-b', 'AgencyRemoved', { reason: 'court-order' })]));
    expect(log.findCheckpoint(2)).toBeUndefined();
    expect(codes(log, anchor(log, 'b'))).toEqual(['ERR_COSIGNER_REMOVED']);
    expect(log.anchored.map(({ agency }) => agency)).toEqual(['a', 'c']);
  });

  it('that took another key signs with that one from then on', () => {
    const log = filled();
    log.take(block(4, [event('agency-a', 'LogKeyRotated', { key: keys.c.publicKey })]));
    expect(codes(log, anchor(log, 'a'))).toEqual(['ERR_COSIGNATURE_WRONG']);
    expect(codes(log, anchor(log, 'a', { key: keys.c }))).toEqual([]);
  });

  it("that states another one's key, and repeats what that one has signed, is no second voice", () => {
    const log = filled();
    log.take(block(4, [event('agency-a', 'LogKeyRotated', { key: keys.c.publicKey })]));
    expect(codes(log, anchor(log, 'c'), anchor(log, 'a', { key: keys.c }))).toEqual([]);
    expect(log.findCheckpoint(2)).toBeUndefined();
    const { note = '' } = log.findCheckpoint(1) ?? {};
    const verifiers = log.cosigners.inForce.map((holder) =>
      cosignerVerifier(cosignerNameOf(origin, holder.agency), holder),
    );
    expect(() => checkCheckpoint(note, { origin, verifiers, agencies: 2 })).toThrow('ERR_TOO_FEW_SIGNERS');
  });

  it('that anchors what is no tree at all has signed nothing', () => {
    expect(codes(filled(), event('anchor-a', 'TreeAnchored', { size: 'many' }))).toEqual(['ERR_COSIGNATURE_WRONG']);
  });
});
