import { describe, expect, it } from '@jest/globals';
import { inPages } from './pages.ts';

describe('a source read in pages', () => {
  async function* numbers(count: number): AsyncGenerator<number> {
    for (let n = 0; n < count; n += 1) {
      await Promise.resolve();
      yield n;
    }
  }

  const collect = async (source: AsyncIterable<number>, limit: number) => {
    const pages: (readonly number[])[] = [];
    for await (const page of inPages(source, limit, () => 1)) {
      pages.push(page);
      await new Promise(setImmediate); // a consumer that takes its time
    }
    return pages;
  };

  it('gives every item once, in order, in pages up to the limit', async () => {
    const pages = await collect(numbers(100), 10);
    expect(pages.flat()).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(Math.max(...pages.map((page) => page.length))).toBe(10);
  });

  it('hands a single item on at once', async () => {
    const pages = inPages(
      (async function* () {
        yield 1;
        await new Promise(() => undefined); // and then nothing, for ever
      })(),
      10,
      () => 1,
    );
    expect((await pages.next()).value).toEqual([1]);
  });

  it('hands on what came before a failure, then fails', async () => {
    const source = (async function* () {
      yield* numbers(3);
      throw new Error('gone');
    })();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const page of inPages(source, 10, () => 1)) seen.push(...page);
    })();
    await expect(reading).rejects.toThrow('gone');
    expect(seen).toEqual([0, 1, 2]);
  });

  it('stops reading when its consumer leaves', async () => {
    let read = 0;
    const source = (async function* () {
      for (;;) {
        read += 1;
        await Promise.resolve();
        yield read;
      }
    })();
    for await (const page of inPages(source, 5, () => 1)) if (page.length > 0) break;
    const then = read;
    await new Promise(setImmediate);
    expect(read).toBeLessThanOrEqual(then + 1);
  });
});
