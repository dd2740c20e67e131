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
  readonly #bytes: Uint8Array;
  readonly #name: string;
  readonly #fields: number[] = [];
  /** A number, or the place where the bytes of a field begin; those end at the same index of `#ends`, which is 0 for a number. */
  readonly #values: number[] = [];
  readonly #ends: number[] = [];
  #isShortest = true;
  #at = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
    while (this.#at < bytes.length) this.#take();
  }

  /** The bytes of a field; none where it is absent. */
  bytes(field: number): Uint8Array {
    const index = this.#single(field);
    return index === -1 ? nothing : this.#bytesAt(index);
  }

  number(field: number): number {
    const index = this.#single(field);
    if (index === -1) return 0;
    if (this.#ends[index] !== 0) throw this.#unreadable();
    return this.#values[index] ?? 0;
  }

  text(field: number): string {
    const bytes = this.bytes(field);
    if (!isUtf8(bytes)) throw this.#unreadable();
    return textOf(bytes);
  }

  list(field: number): readonly Uint8Array[] {
    const found: Uint8Array[] = [];
    for (let index = this.#fields.indexOf(field); index !== -1; index = this.#fields.indexOf(field, index + 1))
      found.push(this.#bytesAt(index));
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
      const isScalar = scalars.includes(field) && field > last && !this.#isEmpty(index);
      const isListed = lists.includes(field) && field >= last;
      last = field;
      return isScalar || isListed;
    });
    demand(isWhole && this.#isShortest, `${this.#name} holds bytes that mean nothing`);
    return this;
  }

  /** Reads one field, and goes to where the next one begins. */
  #take(): void {
    const tag = this.#takeNumber();
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    if (field === 0) throw this.#unreadable();
    this.#fields.push(field);
    if (type === asNumber) {
      this.#values.push(this.#takeNumber());
      this.#ends.push(0);
      return;
    }
    const length = type === asBytes ? this.#takeNumber() : this.#fixed(type);
    this.#values.push(this.#at);
    this.#at += length;
    if (this.#at > this.#bytes.length) throw this.#unreadable();
    this.#ends.push(this.#at);
  }

  #fixed(type: number): number {
    this.#isShortest = false; // no message that we read has such a field
    if (type === asFixed64) return 8;
    if (type === asFixed32) return 4;
    throw this.#unreadable();
  }

  #takeNumber(): number {
    let value = 0;
    let scale = 1;
    const end = this.#at + longestNumber;
    for (let at = this.#at; at < end; at += 1) {
      const byte = this.#bytes[at];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && at > this.#at) this.#isShortest = false;
        if (value > Number.MAX_SAFE_INTEGER) break;
        this.#at = at + 1;
        return value;
      }
      scale *= 0x80;
    }
    throw this.#unreadable();
  }

  /** Where a field stands among the fields; -1 where it is absent. */
  #single(field: number): number {
    const index = this.#fields.indexOf(field);
    if (index !== -1 && this.#fields.indexOf(field, index + 1) !== -1) throw this.#unreadable();
    return index;
  }

  #bytesAt(index: number): Uint8Array {
    const end = this.#ends[index] ?? 0;
    if (end === 0) throw this.#unreadable();
    return this.#bytes.subarray(this.#values[index], end);
  }

  /** Whether it says what its absence would: zero, or no bytes. */
  #isEmpty(index: number): boolean {
    const end = this.#ends[index] ?? 0;
    return end === 0 ? this.#values[index] === 0 : this.#values[index] === end;
  }

  #unreadable(): Discrepancy {
    return new Discrepancy(`${this.#name} cannot be read`);
  }
}

const nothing = new Uint8Array();

/** UTF-8, without a copy. */
function textOf(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('utf8');
}

/** The same bytes as a Buffer, without a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
