import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HeightWatch } from '#projections/ingest/heightWatch.ts';
import { eventually } from '#test/eventually.ts';
import { RequestError } from '../http/requestError.ts';
import { follow, saidOf, type Heard, type Source } from './follow.ts';
import { hungUp } from './subscriptions.ts';

/** A node that has read some numbers, in order, and what is read of it. */
function openNumbers(count: number) {
  const heights = new HeightWatch();
  const ending = new AbortController();
  let denial: RequestError | undefined;
  let [all, pages] = [count, 0];
  const open = (after: number) => (): Promise<Source<number>> => {
    let reached = after;
    return Promise.resolve({
      read: (limit) => {
        pages += 1;
        const items = Array.from({ length: Math.min(limit, all - reached) }, (_, index) => reached + index + 1);
        reached += items.length;
        return Promise.resolve({ items, isLast: items.length < limit });
      },
      denial: () => Promise.resolve(denial),
      isHeardAnyway: (next) => next % 10 === 0,
    });
  };
  const ingest = { height: () => heights.height, risen: heights.risen.bind(heights) };
  return {
    listen: (after: number) => follow({ ingest, ending: ending.signal }, open(after)),
    pages: () => pages,
    add: (more: number) => {
      all += more;
      heights.rise(heights.height + 1);
    },
    deny: (code: RequestError) => {
      denial = code;
      heights.rise(heights.height + 1);
    },
    end: (why: Error) => ending.abort(why),
  };
}

async function take(listening: AsyncGenerator<Heard<number>>, count: number): Promise<readonly number[]> {
  const taken: number[] = [];
  while (taken.length < count) {
    const next = await listening.next();
    if (next.done === true) throw new Error('it is over');
    taken.push(saidOf(next.value));
  }
  return taken;
}

async function takeAll<T>(listening: AsyncIterable<T>): Promise<readonly T[]> {
  const taken: T[] = [];
  for await (const said of listening) taken.push(said);
  return taken;
}
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('a subscription', () => {
  it('says what was and then what comes, without gap or double, wherever it is taken up again', async () => {
    const lives = fc.array(fc.record({ taken: fc.nat(250), added: fc.nat(120) }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.nat(300), lives, async (before, reconnects) => {
        const numbers = openNumbers(before);
        const heard: number[] = [];
        let all = before;
        for (const { taken, added } of reconnects) {
          const listening = numbers.listen(heard.length);
          all += added;
          const waiting = take(listening, Math.min(taken, all - heard.length));
          numbers.add(added);
          heard.push(...(await waiting));
          await listening.return(undefined);
        }
        heard.push(...(await take(numbers.listen(heard.length), all - heard.length)));
        expect(heard).toEqual(upTo(all));
      }),
      { numRuns: 100 },
    );
  });

  it('reads no further than it is taken', async () => {
    const numbers = openNumbers(1_000_000);
    const listening = numbers.listen(0);
    expect(await take(listening, 250)).toEqual(upTo(250));
    for (let more = 0; more < 5; more += 1) numbers.add(1000);
    expect(numbers.pages()).toBe(3);
    await listening.return(undefined);
    expect(numbers.pages()).toBe(3);
  });

  it('ends with its reason, also in the middle of a page and while nothing comes', async () => {
    const expired = new RequestError('ERR_TOKEN_EXPIRED', 'the token has expired');
    for (const taken of [3, 20]) {
      const numbers = openNumbers(20);
      const listening = numbers.listen(0);
      await take(listening, taken);
      const next = listening.next();
      numbers.end(expired);
      const said = await next;
      const end = taken === 20 ? said : await listening.next();
      expect(end).toEqual({ done: false, value: { end: expired } });
      expect(await listening.next()).toEqual({ done: true, value: undefined });
    }
  });

  it('ends without a word when nobody listens any more', async () => {
    const numbers = openNumbers(2);
    const listening = numbers.listen(0);
    await take(listening, 2);
    const next = listening.next();
    numbers.end(hungUp);
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('tells nothing of a page that was read before the listener lost the right to hear it', async () => {
    const numbers = openNumbers(50);
    const listening = numbers.listen(7);
    expect(await take(listening, 2)).toEqual([8, 9]);
    const denied = new RequestError('ERR_PARTY_NOT_ACTIVE', 'this party is not approved now');
    numbers.deny(denied);
    expect(await take(listening, 1)).toEqual([10]); // what is heard even so
    await expect(take(listening, 1)).rejects.toBe(denied);
    expect(await listening.next()).toMatchObject({ done: true });
  });

  it('says nothing of what failed inside', async () => {
    const ingest = { height: () => 0, risen: () => Promise.resolve() };
    const broken = () => Promise.reject(new Error('no pg_hba.conf entry for Ada'));
    const [end] = await takeAll(follow({ ingest, ending: new AbortController().signal }, broken));
    expect(end).toMatchObject({ end: { code: 'ERR_INTERNAL' } });
    expect(JSON.stringify(end)).not.toContain('Ada');
  });

  it('looks again now and then, also when no height says so', async () => {
    const waits: number[] = [];
    const risen = (_height: number, { within }: { readonly within: number }) => {
      waits.push(within);
      return waits.length < 3 ? Promise.resolve() : Promise.reject(hungUp);
    };
    const nothing = {
      read: () => Promise.resolve({ items: [], isLast: true }),
      denial: () => Promise.resolve(undefined),
    };
    const ending = new AbortController().signal;
    const open = () => Promise.resolve(nothing);
    expect(await takeAll(follow({ ingest: { height: () => 0, risen }, ending }, open))).toEqual([]);
    await eventually(() => expect(waits).toEqual([10_000, 10_000, 10_000]));
  });
});
