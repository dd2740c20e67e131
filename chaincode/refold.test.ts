import { beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { newContractBed } from '#test/contractBed.ts';
import { newAgencies, order, registration, type Submission } from '#test/registry.ts';
import { headKey } from './keys.ts';
import { refoldStep, shortStream } from './refold.ts';
import type { Head } from './stored.ts';

const { submit, state, found } = newContractBed();
const all = newAgencies();
const { signer } = all['civil-registry'];

const changed = (stream: string, type: 'SuspendIdentity' | 'ReinstateIdentity', seen: number): Submission =>
  order({ stream, type, data: { reason: 'review-closed' }, seen }, { signer });
const refold = (stream: string): Submission => order({ stream, type: 'RefoldStream', data: {} });
const headOf = (stream: string) => JSON.parse(Buffer.from(state.get(headKey(stream)) ?? '').toString()) as Head; // the contract wrote it

/** The head as a chaincode with another fold would have written it. */
function writeOldHead(stream: string): void {
  const old = { ...headOf(stream), fold: 0, state: { of: 'another shape' } };
  state.set(headKey(stream), Buffer.from(canonicalJson(old)));
}

async function registered(changes = 0): Promise<string> {
  const submission = registration(signer);
  const { stream } = submission.command;
  await submit([submission]);
  for (let version = 1; version <= changes; version += 1)
    await submit([changed(stream, version % 2 === 1 ? 'SuspendIdentity' : 'ReinstateIdentity', version)]);
  return stream;
}

beforeEach(async () => {
  state.clear();
  await found(all);
});

describe('a stream whose head another fold made', () => {
  it('takes commands as before, and its head is of the new fold after the first', async () => {
    const stream = await registered(2);
    writeOldHead(stream);
    expect(await submit([changed(stream, 'SuspendIdentity', 3)])).toMatchObject([{ version: 4 }]);
    expect(headOf(stream)).toMatchObject({ version: 4, fold: 1, state: { status: 'suspended' } });
    expect(await submit([changed(stream, 'SuspendIdentity', 4)])).toMatchObject([{ refused: 'ERR_NOT_ACTIVE' }]);
  });

  it('still answers for other streams: an officer of such an agency may act', async () => {
    writeOldHead('agency-civil-registry');
    writeOldHead('identitySchema-country');
    expect(await submit([registration(signer)])).toMatchObject([{ version: 1 }]);
  });

  it('is brought to the new fold on request, which states no fact', async () => {
    const stream = await registered(2);
    const { state: before } = headOf(stream);
    writeOldHead(stream);
    expect(await submit([refold(stream)], { agency: 'election-office' })).toEqual([{ version: 3, events: [] }]);
    expect(headOf(stream)).toMatchObject({ version: 3, fold: 1, state: before });
  });
});

describe('a long stream whose head another fold made', () => {
  it('takes no command until it has been folded anew, in bounded steps', async () => {
    const stream = await registered(refoldStep + 10);
    const { state: before } = headOf(stream);
    const next = changed(stream, 'SuspendIdentity', refoldStep + 11);
    writeOldHead(stream);
    expect(await submit([next])).toMatchObject([{ refused: 'ERR_REFOLD_NEEDED' }]);

    expect(await submit([refold(stream)])).toEqual([{ version: refoldStep, events: [] }]);
    expect(await submit([next])).toMatchObject([{ refused: 'ERR_REFOLD_NEEDED' }]);

    expect(await submit([refold(stream)])).toEqual([{ version: refoldStep + 11, events: [] }]);
    expect(headOf(stream)).toMatchObject({ fold: 1, state: before });
    expect(headOf(stream)).not.toHaveProperty('refolding');
    expect(await submit([next])).toMatchObject([{ version: refoldStep + 12 }]);
  });

  it('is not folded in passing: one event more than a short stream has is too long', async () => {
    const stream = await registered(shortStream);
    writeOldHead(stream);
    const next = changed(stream, 'SuspendIdentity', shortStream + 1);
    expect(await submit([next])).toMatchObject([{ refused: 'ERR_REFOLD_NEEDED' }]);
  });
});

describe('a stream whose head is of the fold in force', () => {
  it('stays as it is when it is to be folded anew', async () => {
    const stream = await registered();
    const before = state.get(headKey(stream));
    expect(await submit([refold(stream)])).toEqual([{ version: 1, events: [] }]);
    expect(state.get(headKey(stream))).toBe(before);
  });

  it('must be there', async () => {
    expect(await submit([refold('identity-nobody')])).toMatchObject([{ refused: 'ERR_NOT_FOUND' }]);
  });
});
