import * as z from 'zod';
import { Digest } from '../envelope.ts';

/** The logs that an agency's node keeps: the facts of the registry, which all nodes keep alike, and its own access records. */
export const LogName = z.enum(['registry', 'access']);
export type LogName = z.infer<typeof LogName>;

/** A node states the root of a log at a size, signed as a C2SP cosignature/v1 by its agency's log key. */
export const AnchorTree = z.strictObject({
  type: z.literal('AnchorTree'),
  data: z.strictObject({
    log: LogName,
    /** Number of leaves. */
    size: z.int().min(1),
    root: Digest,
    cosignature: z.strictObject({
      /** POSIX time in seconds, which the signature covers. */
      time: z.int().min(1),
      /** Ed25519, base64url. */
      signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
    }),
  }),
});
export type AnchorTree = z.infer<typeof AnchorTree>;

export type AnchorCommand = AnchorTree;
