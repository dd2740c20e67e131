/** An event as the stand-in keeps it. */
export type Kept = {
  /** Commit and prepare position alike. */
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly createdAt: number;
};

/** An event on its way in. */
export type Proposed = Pick<Kept, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** What a writer expects of a stream: its last revision, -1 for no stream. */
export type Expected = number | 'any';

/** Events of one stream that go in together. */
export type Append = { readonly stream: string; readonly expected: Expected; readonly events: readonly Proposed[] };

/** Where a stream ends after an append, or what was wrong. */
export type Appended = { readonly revision: number; readonly position: number };
export type Conflict = { readonly stream: string; readonly expected: Expected; readonly current: number };

const positionStep = 100; // positions are bytes of a log: they grow, and not by one

/** What a stand-in keeps, in memory; it outlives the server, as files outlive a process. */
export class StandInLog {
  #all: Kept[] = [];
  #streams = new Map<string, Kept[]>();
  readonly #listeners = new Set<() => void>();

  get all(): readonly Kept[] {
    return this.#all;
  }

  of(stream: string): readonly Kept[] {
    return this.#streams.get(stream) ?? [];
  }

  /** All of these appends or none. A repeat with the same ids at the same place is a success that writes nothing. */
  append(appends: readonly Append[]): readonly Appended[] | Conflict {
    for (const append of appends) {
      const current = this.of(append.stream).length - 1;
      if (append.expected !== 'any' && append.expected !== current && this.#repeated(append) === undefined)
        return { stream: append.stream, expected: append.expected, current };
    }
    const answers = appends.map((append) => this.#repeated(append) ?? this.#write(append));
    for (const heard of this.#listeners) heard();
    return answers;
  }

  #repeated({ stream, expected, events }: Append): Appended | undefined {
    const kept = this.of(stream);
    const first = expected === 'any' ? kept.findIndex(({ id }) => id === events[0]?.id) : expected + 1;
    const found = first < 0 ? [] : kept.slice(first, first + events.length);
    const last = found.at(-1);
    const same = found.length === events.length && found.every(({ id }, index) => id === events[index]?.id);
    return same && last !== undefined ? { revision: last.revision, position: last.position } : undefined;
  }

  #write({ stream, events }: Append): Appended {
    let revision = this.of(stream).length - 1;
    let position = this.#all.at(-1)?.position ?? 0;
    for (const event of events) {
      revision += 1;
      position += positionStep;
      this.#keep({ ...event, stream, revision, position, createdAt: Date.now() });
    }
    return { revision, position };
  }

  #keep(event: Kept): void {
    this.#all.push(event);
    const kept = this.#streams.get(event.stream) ?? [];
    kept.push(event);
    this.#streams.set(event.stream, kept);
  }

  #replaceAll(events: readonly Kept[]): void {
    this.#all = [];
    this.#streams = new Map();
    for (const event of events) this.#keep(event);
  }

  /** Forgets everything from an index on: what a restore of an older backup does. */
  truncate(length: number): void {
    this.#replaceAll(this.#all.slice(0, length));
  }

  /** Puts other bytes in the place of an event's, as nobody could through the server. */
  tamper(index: number, change: (event: Kept) => Kept): void {
    this.#replaceAll(this.#all.map((event, at) => (at === index ? change(event) : event)));
  }

  /** Calls whenever something was appended, until the returned function is called. */
  listen(heard: () => void): () => void {
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }
}
