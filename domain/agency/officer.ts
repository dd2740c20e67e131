/** When an officer may act; without an end for as long as nobody removes the officer. */
type Term = { readonly validFrom: string; readonly validUntil?: string | null };

/** Whether the officer's time has begun and is not over. ISO 8601 texts of one form sort by time. */
export function actsAt({ validFrom, validUntil = null }: Term, at: string): boolean {
  return validFrom <= at && (validUntil === null || at < validUntil);
}
