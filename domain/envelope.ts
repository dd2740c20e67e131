import * as z from 'zod';

/** The nouns of the registry; a stream is `noun-id`. */
export const nouns = [
  'identity',
  'consent',
  'relyingParty',
  'sharingPolicy',
  'identitySchema',
  'agency',
  'proposal',
  'anchor',
] as const;
/** One of them. */
export type Noun = (typeof nouns)[number];

/** base64url of 32 bytes: a SHA-256 digest, an X25519 key, a key commitment. */
export const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** An id that says nothing: of a stream, a command, an officer or a party. */
export const OpaqueId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/**
 * A moment in UTC, ISO 8601 with milliseconds: texts of this one form sort by time. Not in year 0, which PostgreSQL does not
 * have (nor before 1000, for no reason but that nothing of ours was then): one such moment would stop every node's ingest.
 */
export const Instant = z.iso.datetime({ precision: 3 }).refine((text) => text >= '1000', { message: 'long ago' });

/** An agency, and also its MSP and its stream's id. */
export const AgencyName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);

/** `noun-id`; an id is opaque: never a name, a number or anything else of a person. */
export const StreamName = z.string().regex(/^[a-z][A-Za-z]{1,30}-[A-Za-z0-9_-]{1,64}$/);

/** An officer's word for a command: `signature` (base64url) over the canonical bytes of `{channel, command without authority}`. */
const Authority = z.strictObject({ officer: OpaqueId, signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/) });
type Authority = z.infer<typeof Authority>;

/** What a command says in public about the private values that travel beside it: their class and their SD-JWT digests, sorted. */
export const SealedReference = z.strictObject({
  class: z.string().min(1).max(64),
  digests: z.array(Digest).min(1).max(128),
});
export type SealedReference = z.infer<typeof SealedReference>;

/**
 * An order to the registry. `id` makes it idempotent: chosen once by the caller, at random, and kept through every retry.
 * `seen` is the version of the stream that the caller knew when it made the command (0 for a new stream).
 */
export const Command = z.strictObject({
  id: OpaqueId,
  stream: StreamName,
  type: z.string().regex(/^[A-Z][A-Za-z]{2,63}$/),
  data: z.record(z.string(), z.unknown()),
  seen: z.int().min(0),
  sealed: SealedReference.optional(),
  /** The approved proposal that this command carries out. */
  proposal: OpaqueId.optional(),
  authority: Authority.optional(),
});
export type Command = z.infer<typeof Command>;

/** A public fact, as the ledger keeps it under `event␀stream␀version`, in canonical JSON. */
export type LedgerEvent<E extends Fact = Fact> = E & {
  readonly stream: string;
  readonly version: number;
  /** ISO 8601 with milliseconds: the transaction's timestamp, the client's clock within the peers' window. */
  readonly at: string;
  readonly by: { readonly agency: string; readonly officer?: string };
  readonly command: string;
  /** Digest of the stream's previous event; the first event of a stream has none. */
  readonly prev?: string;
  /** The private values of this event: class, digests, and a commitment to the key they are sealed under. */
  readonly sealed?: SealedReference & { readonly key: string };
  /** The approved proposal that was carried out, where the rules ask for one. */
  readonly proposal?: string;
};

/** What a decider says has happened; who and when come from the transaction. */
export type Fact = { readonly type: string; readonly data: object };

/** What became of a command: its facts stand (`events` may be empty when there was nothing to change), or it was refused. */
export type Outcome = { readonly version: number; readonly events: readonly LedgerEvent[] } | RefusedOutcome;
/** The rules said no: a code of `refusalCodes`, and a sentence without values. */
export type RefusedOutcome = { readonly refused: string; readonly reason: string };

/** The noun of a stream. Throws on a stream of no known noun. */
export function nounOf(stream: string): Noun {
  const noun = nouns.find((each) => stream.startsWith(`${each}-`));
  if (noun === undefined) throw new Error(`no noun in stream ${stream}`);
  return noun;
}

/** The id of a stream, without its noun. */
export function idOf(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}
