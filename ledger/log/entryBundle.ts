import { insist } from './logFault.ts';

/** Bytes that an entry may have: its length is written in two. */
export const longestEntry = 65_535;

/** A C2SP entry bundle: entries one after the other, each behind its length. */
export function entryBundleOf(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      insist(entry.length <= longestEntry, 'ERR_ENTRY_TOO_LARGE', `an entry has ${entry.length} bytes`);
      return [Buffer.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/** Reads an entry bundle. */
export function parseEntryBundle(bundle: Uint8Array): readonly Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length;) {
    const [high = 0, low] = bundle.subarray(at, at + 2);
    insist(low !== undefined, 'ERR_BUNDLE_MALFORMED', 'the bundle ends within a length');
    const end = at + 2 + high * 256 + low;
    insist(end <= bundle.length, 'ERR_BUNDLE_MALFORMED', 'the bundle ends within an entry');
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
