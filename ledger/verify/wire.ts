import { isUtf8 } from 'node:buffer';
import { Discrepancy, demand } from './discrepancy.ts';

const [asNumber, asFixed64, asBytes, asFixed32] = [0, 1, 2, 5]; // the wire types of protobuf that are still in use
const longestNumber = 8; // bytes; what a longer one says is more than JavaScript counts exactly

/** Which fields a message may have when nothing may hide in it; lists and messages may be present and empty. */
type Shape = { readonly scalars?: readonly number[]; readonly lists?: readonly number[] };

/**
 * A protobuf message taken apart where it lies, without a copy. Stricter than protobuf: a single field that stands there twice,
 * which readers take differently, is refused.
 */
export class Message {
  readonly #fields: number[] = [];
  readonly #values: (Uint8Array | number)[] = [];
  readonly #name: string;
  #isShortest = true;

  constructor(bytes: Uint8Array, name: string) {
    this.#name = name;
    let at = 0;
    while (at < bytes.length) at = this.#take(bytes, at);
  }

  /** The bytes of a field; none where it is absent. */
  bytes(field: number): Uint8Array {
    const value = this.#single(field);
    if (value === undefined) return nothing;
    if (typeof value === 'number') throw this.#unreadable();
    return value;
  }

  number(field: number): number {
    const value = this.#single(field);
    if (value === undefined) return 0;
    if (typeof value !== 'number') throw this.#unreadable();
    return value;
  }

  text(field: number): string {
    const bytes = this.bytes(field);
    if (!isUtf8(bytes)) throw this.#unreadable();
    return textOf(bytes);
  }

  list(field: number): readonly Uint8Array[] {
    const found: Uint8Array[] = [];
    this.#fields.forEach((each, index) => {
      if (each !== field) return;
      const value = this.#values[index];
      if (value === undefined || typeof value === 'number') throw this.#unreadable();
      found.push(value);
    });
    return found;
  }

  has(field: number): boolean {
    return this.#fields.includes(field);
  }

  /** The message in a field; undefined where it is absent. */
  find(field: number, name: string): Message | undefined {
    return this.has(field) ? new Message(this.bytes(field), name) : undefined;
  }

  /** The message in a field that must be there. */
  get(field: number, name: string): Message {
    demand(this.has(field), `${name} is missing`);
    return new Message(this.bytes(field), name);
  }

  /** Refuses what this message would not be written as again: nothing may hide in it. */
  demandWhole({ scalars = [], lists = [] }: Shape): this {
    let last = 0;
    const isWhole = this.#fields.every((field, index) => {
      const value = this.#values[index];
      const isScalar = scalars.includes(field) && field > last && value !== 0 && lengthOf(value) > 0;
      const isListed = lists.includes(field) && field >= last;
      last = field;
      return isScalar || isListed;
    });
    demand(isWhole && this.#isShortest, `${this.#name} holds bytes that mean nothing`);
    return this;
  }

  /** Reads one field. Answers where the next one begins. */
  #take(bytes: Uint8Array, at: number): number {
    const [tag, after] = this.#numberAt(bytes, at);
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    if (field === 0) throw this.#unreadable();
    this.#fields.push(field);
    if (type === asNumber) {
      const [value, next] = this.#numberAt(bytes, after);
      this.#values.push(value);
      return next;
    }
    const [begin, length] = type === asBytes ? this.#lengthAt(bytes, after) : [after, this.#fixed(type)];
    const end = begin + length;
    if (end > bytes.length) throw this.#unreadable();
    this.#values.push(bytes.subarray(begin, end));
    return end;
  }

  #lengthAt(bytes: Uint8Array, at: number): readonly [begin: number, length: number] {
    const [length, begin] = this.#numberAt(bytes, at);
    return [begin, length];
  }

  #fixed(type: number): number {
    this.#isShortest = false; // no message that we read has such a field
    if (type === asFixed64) return 8;
    if (type === asFixed32) return 4;
    throw this.#unreadable();
  }

  #numberAt(bytes: Uint8Array, at: number): readonly [value: number, next: number] {
    let value = 0;
    let scale = 1;
    for (let next = at; next < at + longestNumber; next += 1) {
      const byte = bytes[next];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && next > at) this.#isShortest = false;
        if (value > Number.MAX_SAFE_INTEGER) break;
        return [value, next + 1];
      }
      scale *= 0x80;
    }
    throw this.#unreadable();
  }

  #single(field: number): Uint8Array | number | undefined {
    const index = this.#fields.indexOf(field);
    if (index === -1) return undefined;
    if (this.#fields.indexOf(field, index + 1) !== -1) throw this.#unreadable();
    return this.#values[index];
  }

  #unreadable(): Discrepancy {
    return new Discrepancy(`${this.#name} cannot be read`);
  }
}

const nothing = new Uint8Array();

function lengthOf(value: Uint8Array | number | undefined): number {
  return value instanceof Uint8Array ? value.length : 1;
}

/** UTF-8, without a copy. */
function textOf(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('utf8');
}

/** The same bytes as a Buffer, without a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
