import { randomBytes } from 'node:crypto';
import type { Submission } from './ledger.ts';

/** Whether private values travel beside a command. */
export function isPrivate({ disclosures = [] }: Submission): boolean {
  return disclosures.length > 0;
}

/** A batch as the one argument of the contract's `submit`. */
export function argumentOf(batch: readonly Submission[]): string {
  return JSON.stringify({ commands: batch.map(({ command }) => command) });
}

/** What of a batch must not stay on the ledger, for the transient map: a fresh seed, and the private values by command id. */
export function transientOf(batch: readonly Submission[]): Readonly<Record<string, Uint8Array>> | undefined {
  const shown = batch.filter(isPrivate);
  if (shown.length === 0) return undefined;
  const disclosures = Object.fromEntries(shown.map(({ command, disclosures: values }) => [command.id, values]));
  return { seed: randomBytes(32), disclosures: Buffer.from(JSON.stringify(disclosures)) };
}
