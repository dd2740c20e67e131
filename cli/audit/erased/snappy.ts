/** Takes a Snappy block apart (google/snappy, format_description.txt). Throws when it is none. */
export function uncompress(bytes: Uint8Array): Buffer {
  const { value: length, next } = varintAt(bytes, 0);
  const out = Buffer.alloc(length);
  let [from, to] = [next, 0];
  while (from < bytes.length) {
    const element = elementAt(bytes, from);
    if (element.copyFrom === undefined) out.set(bytes.subarray(element.next, element.next + element.length), to);
    else copyWithin(out, { to, offset: element.copyFrom, length: element.length });
    to += element.length;
    from = element.next + (element.copyFrom === undefined ? element.length : 0);
  }
  if (to !== length) throw new Error('not a Snappy block');
  return out;
}

type Element = {
  readonly length: number;
  /** How far back the copy begins; undefined for bytes that stand here themselves. */
  readonly copyFrom: number | undefined;
  readonly next: number;
};

function elementAt(bytes: Uint8Array, at: number): Element {
  const tag = byteAt(bytes, at);
  switch (tag & 3) {
    case 0: {
      const size = tag >>> 2;
      const extra = size < 60 ? 0 : size - 59;
      return {
        length: (extra === 0 ? size : littleEndian(bytes, at + 1, extra)) + 1,
        copyFrom: undefined,
        next: at + 1 + extra,
      };
    }
    case 1:
      return {
        length: ((tag >>> 2) & 7) + 4,
        copyFrom: ((tag >>> 5) << 8) | byteAt(bytes, at + 1),
        next: at + 2,
      };
    default: {
      const size = (tag & 3) === 2 ? 2 : 4;
      return { length: (tag >>> 2) + 1, copyFrom: littleEndian(bytes, at + 1, size), next: at + 1 + size };
    }
  }
}

// Byte by byte: a copy may reach into what it is just writing.
function copyWithin(
  out: Buffer,
  copy: { readonly to: number; readonly offset: number; readonly length: number },
): void {
  if (copy.offset === 0 || copy.offset > copy.to) throw new Error('not a Snappy block');
  for (let index = 0; index < copy.length; index += 1)
    out[copy.to + index] = byteAt(out, copy.to + index - copy.offset);
}

/** An unsigned number of seven bits a byte, as Snappy, LevelDB and protobuf write it. */
export function varintAt(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = byteAt(bytes, at + index);
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return { value, next: at + index + 1 };
  }
  throw new Error('a number without an end');
}

function littleEndian(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let index = 0; index < size; index += 1) value += byteAt(bytes, at + index) * 256 ** index;
  return value;
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new Error('cut short');
  return byte;
}
