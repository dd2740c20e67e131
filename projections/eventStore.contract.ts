import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { WrongVersion, type EventStore, type LedgerRecord, type StoredEvent } from './eventStore.ts';

/** What every event store promises, whatever stands behind it. Call it inside a `describe`. */
export function itKeepsEvents(store: () => EventStore): void {
  it('gives back what was appended, in order', async () => {
    const name = stream();
    await store().append(name, 0, [event(1), event(2)]);
    await store().append(name, 2, [event(3)]);
    const events = await store().readStream(name);
    expect(events.map(({ version, body }) => [version, body])).toEqual([
      [1, '{"n":1}'],
      [2, '{"n":2}'],
      [3, '{"n":3}'],
    ]);
    expect((await store().readStream(name, 3)).map(({ version }) => version)).toEqual([3]);
  });

  it('refuses an append at another version, and writes nothing', async () => {
    const name = stream();
    await store().append(name, 0, [event(1)]);
    await expect(store().append(name, 0, [event(2)])).rejects.toThrow(WrongVersion);
    await expect(store().append(name, 2, [event(2)])).rejects.toThrow(WrongVersion);
    expect(await store().readStream(name)).toHaveLength(1);
  });
}

/** What every event store promises of facts of the ledger. Call it inside a `describe`. */
export function itKeepsFacts(store: () => EventStore): void {
  it('keeps the bytes of a fact, and where it stands on the ledger', async () => {
    const name = `identity-${randomUUID()}`;
    const body = '{"1.0":1,"10":"\\u0007 é 漢 \u{1f600}","9":{"b":[],"a":null}}'; // names that are numbers keep their order
    const one = { ...fact(name, 1), body };
    await store().record([one]);
    const [kept] = await store().readStream(name);
    expect(kept?.body).toBe(body);
    expect(kept?.fact).toEqual({ place: one.place, transactionId: one.transactionId });
  });

  it('takes the same facts of the ledger once, with the same ids everywhere', async () => {
    const name = `identity-${randomUUID()}`;
    const facts = [fact(name, 1), fact(name, 2)];
    await store().record(facts);
    await store().record(facts);
    const events = await store().readStream(name);
    expect(events.map(({ version, body }) => [version, body])).toEqual([
      [1, '{"version":1}'],
      [2, '{"version":2}'],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });
}

/** What holds when an append comes twice, or many come at once. Call it inside a `describe`. */
export function itTakesRepeats(store: () => EventStore): void {
  it.each([0, 'any' as const])('takes a repeated append once (expected %s)', async (expected) => {
    const name = stream();
    const events = [event(1), event(2)];
    await store().append(name, expected, events);
    await store().append(name, expected, events);
    expect(await store().readStream(name)).toHaveLength(2);
  });

  it('refuses a repeat that adds something', async () => {
    const name = stream();
    const first = event(1);
    await store().append(name, 'any', [first]);
    await expect(store().append(name, 'any', [first, event(2)])).rejects.toThrow(WrongVersion);
    expect(await store().readStream(name)).toHaveLength(1);
  });

  it('takes appends of many writers at once when any version will do', async () => {
    const name = stream();
    await Promise.all(Array.from({ length: 8 }, (_, n) => store().append(name, 'any', [event(n)])));
    expect((await store().readStream(name)).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('takes events of many streams in one write, and a repeat of some of them', async () => {
    const [one, two] = [stream(), stream()];
    const events = [one, two, one].map((name, n) => ({ stream: name, ...event(n) }));
    await store().appendEach(events);
    await store().appendEach([...events, { stream: two, ...event(3) }]);
    const bodies = async (name: string) => (await store().readStream(name)).map(({ version, body }) => [version, body]);
    expect(await bodies(one)).toEqual([
      [1, '{"n":0}'],
      [2, '{"n":2}'],
    ]);
    expect(await bodies(two)).toEqual([
      [1, '{"n":1}'],
      [2, '{"n":3}'],
    ]);
  });
}

/** What holds for everything in the store together. Call it inside a `describe`. */
export function itKeepsOrder(store: () => EventStore): void {
  it('reads everything in the order in which it was learned, page by page', async () => {
    const name = stream();
    const before = await lastPosition(store());
    for (let n = 0; n < 5; n += 1) await store().append(name, n, [event(n)]);
    const first = await store().readAll(before, 3);
    const second = await store().readAll(first.at(-1)?.position, 3);
    expect([...first, ...second].map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
  });

  it('tells subscribers what was and what comes, without skipping anything', async () => {
    const before = await lastPosition(store());
    const stop = new AbortController();
    const names = Array.from({ length: 20 }, stream);
    const writers = names.map(async (name) => {
      for (let n = 0; n < 5; n += 1) await store().append(name, n, [event(n)]);
    });
    const seen: StoredEvent[] = [];
    for await (const page of store().subscribe(before, stop.signal)) {
      seen.push(...page);
      if (seen.length >= 100) stop.abort();
    }
    await Promise.all(writers);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(100);
    for (const name of names)
      expect(seen.filter((each) => each.stream === name).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
  });
}

const event = (n: number) => ({ id: randomUUID(), type: 'Happened', data: { n } });
const stream = () => `access-${randomUUID()}`;
let block = 0;

function fact(stream: string, version: number): LedgerRecord {
  block += 1;
  const place = { block, transaction: 0, index: 0 };
  return {
    place,
    transactionId: `tx-${block}-${stream}`,
    stream,
    version,
    type: 'Happened',
    body: `{"version":${version}}`,
  };
}

async function lastPosition(store: EventStore): Promise<string | undefined> {
  let last: string | undefined;
  for (;;) {
    const page = await store.readAll(last, 1000);
    if (page.length === 0) return last;
    last = page.at(-1)?.position;
  }
}
