/**
 * Collects what comes into pages: a page holds everything that has arrived by the time the consumer is ready for it, so
 * catching up goes in large pages and a single item is handed on at once. Reads ahead until `limit` is reached, by weight.
 */
export async function* inPages<T>(
  source: AsyncIterable<T>,
  limit: number,
  weigh: (item: T) => number,
): AsyncGenerator<readonly T[]> {
  const buffer = new PageBuffer<T>();
  const reading = readAhead(source, buffer, { limit, weigh });
  reading.catch(() => undefined); // it is awaited below, once everything that came before the failure is handed on
  try {
    for (let page = await buffer.take(); page.length > 0; page = await buffer.take()) yield page;
    await reading;
  } finally {
    buffer.close();
  }
}

type Limit<T> = { readonly limit: number; readonly weigh: (item: T) => number };

async function readAhead<T>(
  source: AsyncIterable<T>,
  buffer: PageBuffer<T>,
  { limit, weigh }: Limit<T>,
): Promise<void> {
  try {
    for await (const item of source) {
      buffer.add(item, weigh(item));
      if (!(await buffer.room(limit))) return;
    }
  } finally {
    buffer.close();
  }
}

class PageBuffer<T> {
  #items: T[] = [];
  #weight = 0;
  #closed = false;
  #change = Promise.withResolvers<undefined>();

  add(item: T, weight: number): void {
    this.#items.push(item);
    this.#weight += weight;
    this.#tell();
  }

  /** Everything so far, as soon as there is something; nothing once the buffer is closed and empty. */
  async take(): Promise<readonly T[]> {
    while (this.#items.length === 0 && !this.#closed) await this.#change.promise;
    const page = this.#items;
    this.#items = [];
    this.#weight = 0;
    this.#tell();
    return page;
  }

  /** Waits until less than the limit lies here; false when nobody will take anything any more. */
  async room(limit: number): Promise<boolean> {
    while (this.#weight >= limit && !this.#closed) await this.#change.promise;
    return !this.#closed;
  }

  close(): void {
    this.#closed = true;
    this.#tell();
  }

  #tell(): void {
    this.#change.resolve(undefined);
    this.#change = Promise.withResolvers<undefined>();
  }
}
