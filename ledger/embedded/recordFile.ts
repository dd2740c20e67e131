import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const prefix = 8; // bytes of a record's length and of the CRC-32 of these four bytes, big-endian

type Place = { readonly at: number; readonly length: number };

/** Whether a record is what was once written at this place. */
type IsIntact = (record: Buffer, index: number) => boolean | Promise<boolean>;

/** A file that only grows: records with their checked length before them. What `append` has promised survives a crash. */
export class RecordFile {
  readonly #file: FileHandle;
  readonly #places: Place[] = [];
  #end = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Opens or makes the file and hands over every record, oldest first.
   * A last record that a crash has cut short is set aside and cut off. Damage anywhere else is a fault: nothing is dropped silently.
   */
  static async open(path: string, isIntact: IsIntact): Promise<RecordFile> {
    const file = await open(path, 'a+', 0o600);
    const records = new RecordFile(await file.close().then(() => open(path, 'r+'))); // 'a+' makes it, 'r+' can write in place
    try {
      const { size } = await records.#file.stat();
      while (records.#end < size) {
        const place = await records.#placeAt(records.#end, size);
        const record = typeof place === 'string' ? undefined : await records.#readAt(place);
        if (typeof place === 'string' || !record || !(await isIntact(record, records.#places.length))) {
          await records.#cut(path, size, place);
          break;
        }
        records.#add(place);
      }
      await syncDirectory(dirname(path));
      return records;
    } catch (error) {
      await records.close();
      throw error;
    }
  }

  get count(): number {
    return this.#places.length;
  }

  async read(index: number): Promise<Buffer> {
    const place = this.#places[index];
    if (place === undefined) throw new Error(`no record ${index}`);
    return this.#readAt(place);
  }

  /** Resolves when the record is on the disk. Call it again only after that. */
  async append(record: Uint8Array): Promise<void> {
    const place = { at: this.#end + prefix, length: record.length };
    const bytes = Buffer.concat([prefixOf(record.length), record]);
    const { bytesWritten } = await this.#file.write(bytes, 0, bytes.length, this.#end);
    if (bytesWritten !== bytes.length) throw new Error('the disk took only a part of a record');
    await this.#file.datasync();
    this.#add(place);
  }

  /** Forgets the last record. */
  async dropLast(): Promise<void> {
    const last = this.#places.pop();
    if (last === undefined) return;
    this.#end = last.at - prefix;
    await this.#file.truncate(this.#end);
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #add(place: Place): void {
    this.#places.push(place);
    this.#end = place.at + place.length;
  }

  /** A wrong length must not pass for a record that a crash has cut short: everything behind it would be cut off. */
  async #placeAt(at: number, size: number): Promise<Place | 'cut short' | 'unknown'> {
    if (size - at < prefix) return 'cut short';
    const bytes = await this.#readAt({ at, length: prefix });
    const length = bytes.readUInt32BE();
    if (!bytes.equals(prefixOf(length))) return 'unknown';
    return at + prefix + length <= size ? { at: at + prefix, length } : 'cut short';
  }

  async #readAt({ at, length }: Place): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    await this.#file.read(bytes, 0, length, at);
    return bytes;
  }

  async #cut(path: string, size: number, place: Place | 'cut short' | 'unknown'): Promise<void> {
    const torn = await this.#readAt({ at: this.#end, length: size - this.#end });
    const isLast = typeof place === 'string' ? place === 'cut short' : place.at + place.length === size;
    if (!isLast && torn.subarray(prefix).some((byte) => byte !== 0))
      throw new Error(`record ${this.#places.length} is damaged, and others follow it`);
    await writeFile(`${path}.torn-${this.#end}`, torn, { mode: 0o600 });
    await this.#file.truncate(this.#end);
    await this.#file.datasync();
  }
}

function prefixOf(length: number): Buffer {
  const bytes = Buffer.alloc(prefix);
  bytes.writeUInt32BE(length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 4)), 4);
  return bytes;
}

/** Makes new and renamed files of a directory survive a crash. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
