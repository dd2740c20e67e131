import type { Officer } from './events.ts';

/** Whether the officer's time has begun and is not over. ISO 8601 texts of one form sort by time. */
export function actsAt({ validFrom, validUntil }: Officer, at: string): boolean {
  return validFrom <= at && (validUntil === undefined || at < validUntil);
}
