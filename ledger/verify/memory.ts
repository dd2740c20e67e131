import * as z from 'zod';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';

const format = 'plinth-monitor/1';
const Hash = z.string().regex(/^[0-9a-f]{64}$/);

const MemoryFile = z.strictObject({
  format: z.literal(format),
  /** Hash of block 0 in hexadecimal. */
  first: Hash,
  /** Number of blocks that were good, and hash of the last of them. */
  height: z.int().min(1),
  last: Hash,
  /** Of the registry log up to there; root in base64. */
  size: z.int().min(0),
  root: z.string(),
  /** The recorded time of the last block, in milliseconds. */
  time: z.number(),
  /** Over all the rest. */
  check: z.string(),
});

/** What a monitor remembers from one run to the next. */
export type Memory = Omit<z.infer<typeof MemoryFile>, 'format' | 'check'>;

/** Writes down what is remembered, with a hash over it. */
export function writeMemory(memory: Memory): string {
  const text = canonicalJson({ format, ...memory });
  return `${canonicalJson({ format, ...memory, check: sha256(text) })}\n`;
}

/** Reads what was remembered; undefined when it is damaged. */
export function readMemory(text: string): Memory | undefined {
  const parsed = MemoryFile.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { first, height, last, size, root, time } = parsed.data;
  const memory = { first, height, last, size, root, time };
  return writeMemory(memory) === text ? memory : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // damaged, like everything else that is not as it was written
  }
}
