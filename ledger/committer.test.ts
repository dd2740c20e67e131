import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { commandFor, scriptedLedger, type Batch, type Script } from '#test/scriptedLedger.ts';
import { createCommitter, defaultCommitterOptions, type Committer, type CommitterOptions } from './committer.ts';
import { LedgerUnavailable, type Submission } from './ledger.ts';
import { EndorsementFailed, type Transactor } from './transactor.ts';

const refused = { refused: 'ERR_NOT_ACTIVE', reason: 'identity is suspended' };
const committerOn = (transactor: Transactor, options: Partial<CommitterOptions> = {}): Committer =>
  createCommitter(transactor, { ...defaultCommitterOptions, ...options });
const submitAll = (committer: Committer, batch: Batch) => Promise.all(batch.map((each) => committer.submit(each)));
const several = (count: number) => Array.from({ length: count }, (_, index) => commandFor(`identity-${index}`));
const pause = (ms: number) => new Promise<void>((go) => setTimeout(go, ms));

describe('commands that arrive together', () => {
  it('share one transaction, and each gets its own answer with the block', async () => {
    const ledger = scriptedLedger();
    const batch = several(10);
    const answers = await submitAll(committerOn(ledger.transactor), batch);
    expect(ledger.ordered).toEqual([batch]);
    expect(answers.map((answer) => ('refused' in answer ? '' : answer.events[0]?.command))).toEqual(
      batch.map(({ command }) => command.id),
    );
    expect(answers).toMatchObject(batch.map(() => ({ version: 1, block: 101 })));
  });

  it('are divided where a transaction is full, with no more on their way than allowed', async () => {
    const ledger = scriptedLedger({ order: () => pause(5).then(() => 0) });
    await submitAll(committerOn(ledger.transactor, { maxBatch: 4, maxInFlight: 2 }), several(18));
    expect(ledger.ordered.map((batch) => batch.length)).toEqual([4, 4, 4, 4, 2]);
    expect(ledger.inFlight.most).toBe(2);
  });

  it('keep to their lane: private values of two classes never share a transaction', async () => {
    const ledger = scriptedLedger();
    const batch = several(9).map(({ command }, index) =>
      commandFor(command.stream, ['identification', 'contact', undefined][index % 3]),
    );
    await submitAll(committerOn(ledger.transactor), batch);
    expect(ledger.ordered.map((each) => each.length)).toEqual([3, 3, 3]);
    for (const each of ledger.ordered) expect(new Set(each.map(({ command }) => command.sealed?.class)).size).toBe(1);
  });

  it('never overtake an earlier command of the same stream, whatever lane that is in', async () => {
    const ledger = scriptedLedger({ order: () => pause(3).then(() => 0) });
    const batch = [
      commandFor('identity-1', 'identification'),
      commandFor('identity-1', 'contact'),
      commandFor('identity-1', 'identification'),
    ];
    await submitAll(committerOn(ledger.transactor), batch);
    expect(ledger.kept).toEqual(batch);
    expect(ledger.inFlight.overlapped).toBe(false);
  });
});

describe('a refused command', () => {
  it('is answered, and never ordered; the others are endorsed again without it', async () => {
    const batch = several(3);
    const ledger = scriptedLedger({ decide: (submission) => (submission === batch[1] ? refused : undefined) });
    const answers = await submitAll(committerOn(ledger.transactor), batch);
    expect(answers).toMatchObject([{ version: 1 }, refused, { version: 1 }]);
    expect(ledger.ordered).toEqual([[batch[0], batch[2]]]);
  });

  it('needs no transaction when it is alone', async () => {
    const ledger = scriptedLedger({ decide: () => refused });
    expect(await committerOn(ledger.transactor).submit(commandFor('identity-1'))).toEqual(refused);
    expect(ledger.ordered).toEqual([]);
  });
});

describe('a command refused by agencies that may be behind', () => {
  const behind = (decide: NonNullable<Script['decide']>, beforeEndorse?: Script['beforeEndorse']) =>
    scriptedLedger({ decide, behind: true, ...(beforeEndorse && { beforeEndorse }) });

  it('stands where they decide otherwise once they have seen what others have', async () => {
    const ledger = behind(() => (ledger.endorsed.length === 1 ? refused : undefined));
    expect(await committerOn(ledger.transactor).submit(commandFor('identity-1'))).toMatchObject({ version: 1 });
    expect(ledger.ordered).toHaveLength(1);
  });

  it('is refused where they say the same again', async () => {
    const ledger = behind(() => refused);
    expect(await committerOn(ledger.transactor).submit(commandFor('identity-1'))).toEqual(refused);
    expect(ledger.endorsed).toHaveLength(2);
    expect(ledger.ordered).toEqual([]);
  });

  it('keeps nobody waiting who came with it', async () => {
    const batch = several(3);
    const doubtful = (submission: Submission) => submission === batch[1];
    const held = Promise.withResolvers<undefined>();
    const ledger = behind(
      (submission) => (doubtful(submission) ? refused : undefined),
      (asked) => (ledger.endorsed.length > 1 && asked.some(doubtful) ? held.promise : undefined),
    );
    const committer = committerOn(ledger.transactor);
    const [first, second, third] = batch.map((each) => committer.submit(each));
    expect(await Promise.all([first, third])).toMatchObject([{ version: 1 }, { version: 1 }]);
    held.resolve(undefined);
    expect(await second).toEqual(refused);
  });

  it('is refused in the end where every other time somebody disagrees', async () => {
    const ledger = behind(
      () => refused,
      (_, attempt) => {
        if (attempt % 3 === 2) throw new EndorsementFailed('they disagree', { retryable: true });
      },
    );
    expect(await committerOn(ledger.transactor).submit(commandFor('identity-1'))).toEqual(refused);
  });
});

describe('a refused command whose neighbour breaks the endorsement', () => {
  it('is not asked for again, even if it would be accepted by then', async () => {
    const [late, broken] = [commandFor('identity-1'), new EndorsementFailed('broken', { retryable: false })];
    const ledger = scriptedLedger({
      decide: (submission) => (submission === late && ledger.endorsed.length === 1 ? refused : undefined),
      beforeEndorse: (_batch, attempt) => (attempt === 2 ? Promise.reject(broken) : undefined),
    });
    const committer = committerOn(ledger.transactor);
    const [answer] = await Promise.allSettled([committer.submit(late), committer.submit(commandFor('identity-2'))]);
    expect(answer).toMatchObject({ value: refused });
    await committer.close();
    expect(ledger.kept).not.toContain(late);
  });
});

describe('a command that changes nothing', () => {
  it('is ordered all the same, so that its block comes after the facts it relies on', async () => {
    const ledger = scriptedLedger({ decide: () => ({ version: 4, events: [] }) });
    expect(await committerOn(ledger.transactor).submit(commandFor('identity-1'))).toEqual({
      version: 4,
      events: [],
      block: 101,
    });
    expect(ledger.ordered.length).toBe(1);
  });
});

describe('a conflict', () => {
  it.each([11, 12])('with code %d splits the batch, and each half is decided anew', async (code) => {
    const batch = several(6);
    const ledger = scriptedLedger({ order: (_batch, attempt) => (attempt === 1 ? code : 0) });
    expect(await submitAll(committerOn(ledger.transactor), batch)).toMatchObject(batch.map(() => ({ version: 1 })));
    expect(ledger.ordered).toEqual([batch, batch.slice(0, 3), batch.slice(3)]);
    expect(ledger.kept).toEqual(batch);
  });

  it('that does not end is given up after a while', async () => {
    const ledger = scriptedLedger({ order: () => 11 });
    const submitted = committerOn(ledger.transactor, { patienceMs: 150 }).submit(commandFor('identity-1'));
    await expect(submitted).rejects.toBeInstanceOf(LedgerUnavailable);
    expect(ledger.ordered.length).toBeGreaterThan(1);
    expect(ledger.kept).toEqual([]);
  });
});

describe('an endorsement that fails', () => {
  it('for the time being is tried again', async () => {
    const ledger = scriptedLedger({
      beforeEndorse: (_batch, attempt) => {
        if (attempt < 3) throw new EndorsementFailed('a peer is behind', { retryable: true });
      },
    });
    expect(await committerOn(ledger.transactor).submit(commandFor('identity-1'))).toMatchObject({ version: 1 });
    expect(ledger.endorsed.length).toBe(3);
  });

  it('for good fails the one command that causes it, and no other', async () => {
    const batch = several(7);
    const ledger = scriptedLedger({
      beforeEndorse: (each) => {
        if (batch[4] && each.includes(batch[4])) throw new EndorsementFailed('too large', { retryable: false });
      },
    });
    const committer = committerOn(ledger.transactor);
    const answers = await Promise.allSettled(batch.map((each) => committer.submit(each)));
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, true, false, true, true]);
    expect(answers[4]).toMatchObject({ reason: { code: 'ERR_LEDGER_UNAVAILABLE' } });
    expect(ledger.kept).toEqual(batch.filter((each) => each !== batch[4]));
  });
});

describe('a transaction whose fate is unknown', () => {
  it.each([
    ['the ledger does not answer', () => Promise.reject(new LedgerUnavailable('no status in time'))],
    ['the connection breaks', () => Promise.reject(new Error('ECONNRESET'))],
    ['it is invalid for a reason that a retry would not change', () => 10],
  ])('because %s fails every command of it and is never ordered twice', async (_why, order) => {
    const batch = several(3);
    const ledger = scriptedLedger({ order });
    const committer = committerOn(ledger.transactor);
    const answers = await Promise.allSettled(batch.map((each) => committer.submit(each)));
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'ERR_LEDGER_UNAVAILABLE' } });
    expect(answers.every((answer) => answer.status === 'rejected' && answer.reason instanceof LedgerUnavailable)).toBe(
      true,
    );
    expect(ledger.ordered.length).toBe(1);
  });

  it('holds up nobody else', async () => {
    const ledger = scriptedLedger({
      order: (_batch, attempt) => (attempt === 1 ? Promise.reject(new Error('lost')) : 0),
    });
    const committer = committerOn(ledger.transactor);
    await expect(committer.submit(commandFor('identity-1'))).rejects.toBeInstanceOf(LedgerUnavailable);
    expect(await committer.submit(commandFor('identity-1'))).toMatchObject({ version: 1 });
  });
});

describe('a committer that closes', () => {
  it('brings what it was given to its end first, and takes nothing more', async () => {
    const ledger = scriptedLedger({ order: () => pause(5).then(() => 0) });
    const committer = committerOn(ledger.transactor, { maxBatch: 2, maxInFlight: 1 });
    const answers = submitAll(committer, several(7));
    await committer.close();
    expect(ledger.kept.length).toBe(7);
    expect(await answers).toHaveLength(7);
    await expect(committer.submit(commandFor('identity-1'))).rejects.toBeInstanceOf(LedgerUnavailable);
  });

  it('is closed at once when nothing is on its way', async () => {
    await committerOn(scriptedLedger().transactor).close();
  });
});

describe('under any schedule', () => {
  const plan = fc.record({
    commands: fc.array(
      fc.record({
        stream: fc.integer({ min: 0, max: 4 }),
        lane: fc.constantFrom(undefined, 'identification', 'contact'),
        wait: fc.integer({ min: 0, max: 3 }),
        refused: fc.boolean(),
      }),
      { minLength: 1, maxLength: 30 },
    ),
    delays: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 10 }),
    conflicts: fc.array(fc.boolean(), { maxLength: 3 }),
    maxBatch: fc.integer({ min: 1, max: 8 }),
    maxInFlight: fc.integer({ min: 1, max: 4 }),
    behind: fc.boolean(),
  });

  it('every command is answered once, and the order within a stream is the order in which they came', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ commands, delays, conflicts, maxBatch, maxInFlight, behind }) => {
        const planned = commands.map((each) => ({
          ...each,
          submission: commandFor(`identity-${each.stream}`, each.lane),
        }));
        const no = new Set(planned.filter((each) => each.refused).map(({ submission }) => submission));
        const delay = (turn: number) => pause(delays[turn % delays.length] ?? 0);
        const ledger = scriptedLedger({
          behind,
          decide: (submission) => (no.has(submission) ? refused : undefined),
          beforeEndorse: (_batch, attempt) => delay(attempt),
          order: (_batch, attempt) => delay(attempt + 1).then(() => (conflicts[attempt - 1] === true ? 11 : 0)),
        });
        const committer = committerOn(ledger.transactor, { maxBatch, maxInFlight });
        const answers = [];
        for (const { submission, wait } of planned) {
          answers.push(committer.submit(submission));
          if (wait > 0) await pause(wait);
        }
        const given = await Promise.all(answers);
        expect(given.map((answer) => 'refused' in answer)).toEqual(planned.map((each) => each.refused));
        for (const stream of [0, 1, 2, 3, 4]) {
          const of = ({ command }: Submission) => command.stream === `identity-${stream}`;
          const came = planned.map(({ submission }) => submission).filter((each) => of(each) && !no.has(each));
          expect(ledger.kept.filter(of)).toEqual(came);
        }
        expect(ledger.inFlight.overlapped).toBe(false);
        for (const batch of ledger.ordered) {
          expect(batch.length).toBeLessThanOrEqual(maxBatch);
          expect(new Set(batch.map(({ command }) => command.sealed?.class)).size).toBe(1);
          expect(batch.some((each) => no.has(each))).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });
});
