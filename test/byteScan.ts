import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes to look for, and what to call them when they are found. */
export type Pattern = { readonly name: string; readonly bytes: Uint8Array };

/** A piece of a pattern, and where it begins. */
export type Hit = { readonly pattern: string; readonly file: string; readonly at: number };

type Scan = (file: string, bytes: Uint8Array) => readonly Hit[];
type Candidate = { readonly pattern: Pattern; readonly at: number };

/**
 * A piece of this many bytes counts as found. Fabric's and PostgreSQL's files are compressed: what repeats is cut into
 * pieces there, so a whole value could lie in a file and never be found as one.
 */
const slice = 14;
/** A pattern this short is looked for as a whole; a shorter one would be found by chance. */
const shortest = 10;
const gram = 6;
// Any piece of `shortest` bytes holds a gram at a multiple of this, so the grams between them need not be looked at.
const stride = shortest - gram + 1;
const filterBits = 24;

/** Looks for every slice of every pattern at once. Throws when a pattern is too short to mean anything. */
export function scannerOf(patterns: readonly Pattern[]): Scan {
  const filter = new Uint8Array(2 ** (filterBits - 3));
  const candidates = new Map<number, Candidate[]>();
  for (const pattern of patterns) {
    if (pattern.bytes.length < shortest) throw new Error(`${pattern.name} is too short to be looked for`);
    for (let at = 0; at + gram <= pattern.bytes.length; at += 1) {
      const [low, high] = gramAt(pattern.bytes, at);
      const place = placeOf(low, high);
      filter[place >>> 3] = (filter[place >>> 3] ?? 0) | (1 << (place & 7));
      const key = keyOf(low, high);
      candidates.set(key, [...(candidates.get(key) ?? []), { pattern, at }]);
    }
  }
  return (file, bytes) => {
    const hits = new Map<string, Hit>();
    for (let at = 0; at + gram <= bytes.length; at += stride) {
      const [low, high] = gramAt(bytes, at);
      const place = placeOf(low, high);
      if (((filter[place >>> 3] ?? 0) & (1 << (place & 7))) === 0) continue;
      for (const candidate of candidates.get(keyOf(low, high)) ?? []) {
        const begin = beginOfRun(bytes, at, candidate);
        if (begin !== undefined && !hits.has(candidate.pattern.name))
          hits.set(candidate.pattern.name, { pattern: candidate.pattern.name, file, at: begin });
      }
    }
    return [...hits.values()];
  };
}

/** Every file below these folders, for every pattern: at most one hit per file and pattern. */
export async function scanFolders(folders: readonly string[], patterns: readonly Pattern[]): Promise<readonly Hit[]> {
  const scan = scannerOf(patterns);
  const hits: Hit[] = [];
  for (const folder of folders)
    for (const file of await filesBelow(folder)) hits.push(...scan(file, await readFile(file)));
  return hits;
}

/** The files of a folder and of the folders in it. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Where a piece of the pattern that is long enough begins, when one lies round this place. */
function beginOfRun(bytes: Uint8Array, place: number, { pattern, at }: Candidate): number | undefined {
  let before = 0;
  while (before < at && before < place && bytes[place - before - 1] === pattern.bytes[at - before - 1]) before += 1;
  let length = gram;
  while (at + length < pattern.bytes.length && bytes[place + length] === pattern.bytes[at + length]) length += 1;
  return before + length >= Math.min(slice, pattern.bytes.length) ? place - before : undefined;
}

// Two numbers of 24 bits: what JavaScript's bit operations and its exact integers take without a copy.
function gramAt(bytes: Uint8Array, at: number): readonly [number, number] {
  return [threeAt(bytes, at), threeAt(bytes, at + 3)];
}

function threeAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
}

function keyOf(low: number, high: number): number {
  return low + high * 2 ** 24;
}

function placeOf(low: number, high: number): number {
  return (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> (32 - filterBits);
}
