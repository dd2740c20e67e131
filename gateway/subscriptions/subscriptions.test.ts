import { describe, expect, it } from '@jest/globals';
import type { Caller } from '../caller.ts';
import { createSubscriptions, hungUp } from './subscriptions.ts';

const auditor = (name: string): Caller => ({ kind: 'auditor', auditor: name });
const tooMany = expect.objectContaining({ code: 'ERR_TOO_MANY_SUBSCRIPTIONS', status: 429 });
const soon = () => Date.now() / 1000 + 0.02;

describe('the places of a gateway', () => {
  it('are so many for each caller, whoever else listens, and come back', () => {
    const subscriptions = createSubscriptions({ perCaller: 2, perNode: 10 });
    const listeners = ['a', 'a', 'b'].map((name) => subscriptions.admit(auditor(name), undefined));
    for (const each of listeners) each.takePlace();
    const third = subscriptions.admit(auditor('a'), undefined);
    expect(third.takePlace).toThrow(tooMany);
    listeners[0]?.hangUp();
    listeners[0]?.hangUp(); // once more changes nothing
    third.takePlace();
    expect(subscriptions.admit(auditor('a'), undefined).takePlace).toThrow(tooMany);
    for (const each of [...listeners, third]) each.hangUp();
    expect(subscriptions.open()).toBe(0);
  });

  it('are so many for all together', () => {
    const subscriptions = createSubscriptions({ perCaller: 2, perNode: 3 });
    for (const name of ['a', 'a', 'b']) subscriptions.admit(auditor(name), undefined).takePlace();
    expect(subscriptions.admit(auditor('c'), undefined).takePlace).toThrow(tooMany);
  });

  it('keep an officer of one agency from one of the same name at another', () => {
    const subscriptions = createSubscriptions({ perCaller: 1, perNode: 3 });
    for (const agency of ['civil-registry', 'election-office'])
      subscriptions.admit({ kind: 'officer', agency, officer: 'registrar' }, undefined).takePlace();
    expect(subscriptions.open()).toBe(2);
  });

  it('are for nobody without a token', () => {
    const { takePlace } = createSubscriptions({ perCaller: 1, perNode: 1 }).admit(undefined, undefined);
    expect(takePlace).toThrow(expect.objectContaining({ code: 'ERR_UNAUTHENTICATED' }));
  });
});

describe('somebody who listens', () => {
  const subscriptions = createSubscriptions({ perCaller: 9, perNode: 9 });

  it('does not outlast the token', async () => {
    const { ending } = subscriptions.admit(auditor('a'), soon());
    if (!ending.aborted) await new Promise((resolve) => ending.addEventListener('abort', resolve));
    expect(ending.reason).toMatchObject({ code: 'ERR_TOKEN_EXPIRED' });
    const long = subscriptions.admit(auditor('a'), soon() + 1e9); // longer than a timer can run
    expect(long.ending.aborted).toBe(false);
    long.hangUp();
  });

  it('hears that the node stops, also when it comes too late', () => {
    const gone = subscriptions.admit(auditor('a'), undefined);
    gone.hangUp();
    const before = subscriptions.admit(auditor('a'), undefined);
    subscriptions.endAll();
    const stopping = { aborted: true, reason: { code: 'ERR_NODE_STOPPING' } };
    expect(before.ending).toMatchObject(stopping);
    expect(subscriptions.admit(auditor('a'), undefined).ending).toMatchObject(stopping);
    expect(gone.ending.reason).toBe(hungUp);
  });
});
