import type { Command } from './envelope.ts';
import { canonicalJson } from './seal/canonical.ts';
import { sha256 } from './seal/digest.ts';

/** How many commands the head of a stream remembers, so that a repeated one gets its first outcome. */
export const recentCommands = 16;

/** Digest of a command without its authority: a retry may be signed anew, but must order the same. */
export function commandHash(command: Command): string {
  return sha256(canonicalJson({ ...command, authority: undefined }));
}
