import * as z from 'zod';
import { Refusal } from '../refusal.ts';
import type { NewValues } from './attributes.ts';

/**
 * Reserved name of the private value that says since which day the other values of its command hold in the world; without
 * one they hold since they were recorded. Sealed like them: the day of a marriage tells of a person. No attribute may have it.
 */
export const effectiveFromName = 'effectiveFrom';

/** A day, ISO 8601; as `Instant`, not in a year that databases do not know. */
export const Day = z.iso.date().refine((day) => day >= '1000', { message: 'long ago' });

/** Values without the day from which they hold. Refuses what is no day, comes twice, or lies after the transaction's own (UTC). */
export function withoutEffectiveDate(values: NewValues, at: string): NewValues {
  const days = values.opened.filter(({ name }) => name === effectiveFromName);
  const opened = values.opened.filter(({ name }) => name !== effectiveFromName);
  if (days.length > 1) throw new Refusal('ERR_ATTRIBUTE_REPEATED', `${effectiveFromName} comes twice`);
  for (const { value } of days) checkDay(value, at);
  if (opened.length === 0) throw new Refusal('ERR_DISCLOSURE_MISMATCH', 'the private values are missing');
  return { ...values, opened };
}

function checkDay(value: unknown, at: string): void {
  const day = Day.safeParse(value);
  if (!day.success) throw new Refusal('ERR_MALFORMED', `in ${effectiveFromName}: not a day, as 2030-01-31`);
  if (day.data > at.slice(0, 10)) throw new Refusal('ERR_PERIOD_INVALID', `in ${effectiveFromName}: not come yet`);
}
