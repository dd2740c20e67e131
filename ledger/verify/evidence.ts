import * as z from 'zod';
import { common } from '@hyperledger/fabric-protos';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { Discrepancy, demand } from './discrepancy.ts';

const format = 'plinth-evidence/1';

const Base64 = z
  .string()
  .refine((text) => Buffer.from(text, 'base64').toString('base64') === text, { message: 'no base64' });
const Count = z.int().min(0);

const EvidenceFile = z.strictObject({
  format: z.literal(format),
  /** What it is about. */
  stream: z.string().min(1),
  /** Serialised blocks by their number: the first configuration, later ones, definitions, and those that carry the facts. */
  blocks: z.array(Base64).min(1),
  /** Which transactions of these blocks count, in order. */
  transactions: z.array(z.strictObject({ block: Count, transaction: Count })),
  /** Where the events stand in the registry log. */
  leaves: z.array(z.strictObject({ stream: z.string(), version: z.int().min(1), index: Count, path: z.array(Base64) })),
  /** The checkpoint of the log that agencies cosigned. */
  checkpoint: z.string(),
});

/** Everything that shows what happened in a stream, for somebody who trusts one hash and nobody else. */
export type Evidence = Omit<z.infer<typeof EvidenceFile>, 'format'>;

/** Writes evidence as one line of canonical JSON. */
export function writeEvidence(evidence: Evidence): string {
  return `${canonicalJson({ format, ...evidence })}\n`;
}

/** Reads evidence without checking what it says. Throws a Discrepancy: what is not written as it would be again is refused. */
export function parseEvidence(text: string): Evidence {
  const parsed = EvidenceFile.safeParse(parseJson(text));
  if (!parsed.success) throw new Discrepancy(`it is no evidence in the form ${format}`);
  demand(`${canonicalJson(parsed.data)}\n` === text, 'it is not written as evidence is');
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // refused as no evidence
  }
}

/** A block with nothing but what somebody signed: validity flags and commit hash are for those who have the whole chain. */
export function signedPart(bytes: Uint8Array): string {
  const block = common.Block.deserializeBinary(bytes);
  const metadata = block.getMetadata();
  const parts = metadata?.getMetadataList_asU8() ?? [];
  metadata?.setMetadataList(parts.map((part, index) => (index === SIGNATURES ? part : new Uint8Array())));
  return Buffer.from(block.serializeBinary()).toString('base64');
}

const { SIGNATURES } = common.BlockMetadataIndex;
