import * as z from 'zod';
import { Purpose } from '../purpose.ts';

/** What a person said yes to. `essential` attributes are the ones without which the party cannot serve at all. */
export const ConsentTerms = z.strictObject({
  party: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  purpose: Purpose,
  claims: z
    .array(z.strictObject({ attribute: z.string().min(1).max(64), essential: z.boolean(), accepted: z.boolean() }))
    .min(1)
    .max(64),
  validFrom: z.iso.datetime({ precision: 3 }),
  validUntil: z.iso.datetime({ precision: 3 }),
});
export type ConsentTerms = z.infer<typeof ConsentTerms>;
