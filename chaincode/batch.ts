import * as z from 'zod';
import { Refusal } from '#domain/refusal.ts';

// Most commands in one transaction; larger batches gain little and make every retry dearer.
const maxBatch = 200;

/** The one argument of `submit`. Commands are parsed one by one later, so a broken one does not fail its neighbours. */
const Batch = z.strictObject({ commands: z.array(z.unknown()) });
const Disclosures = z.record(z.string(), z.array(z.string().max(1_500_000)).max(128));

/** Command id → the disclosures that travel beside it. */
export type DisclosuresByCommand = ReadonlyMap<string, readonly string[]>;

/** The commands of a batch. Throws a Refusal when the batch as a whole is no batch. */
export function parseBatch(json: string): readonly unknown[] {
  const parsed = Batch.safeParse(parseJson(json));
  if (!parsed.success) throw new Refusal('ERR_MALFORMED', 'not a batch of commands');
  const { commands } = parsed.data;
  if (commands.length > maxBatch)
    throw new Refusal('ERR_BATCH_TOO_LARGE', `a batch holds at most ${maxBatch} commands`);
  return commands;
}

/** The private values of a batch, out of the transient map; none when there is no such entry. */
export function parseDisclosures(bytes: Uint8Array | undefined): DisclosuresByCommand {
  if (bytes === undefined) return new Map();
  const parsed = Disclosures.safeParse(parseJson(Buffer.from(bytes).toString()));
  if (!parsed.success) throw new Refusal('ERR_MALFORMED', 'not a map of disclosures');
  return new Map(Object.entries(parsed.data)); // a map: an id such as `constructor` must find nothing
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the parser's message would quote the text; callers say what was expected
  }
}
