import * as z from 'zod';
import { Instant, OpaqueId } from '../envelope.ts';
import { Purpose } from '../purpose.ts';

/** What a person said yes to. `essential` attributes are the ones without which the party cannot serve at all. */
export const ConsentTerms = z.strictObject({
  party: OpaqueId,
  purpose: Purpose,
  claims: z
    .array(z.strictObject({ attribute: z.string().min(1).max(64), essential: z.boolean(), accepted: z.boolean() }))
    .min(1)
    .max(64),
  validFrom: Instant,
  validUntil: Instant,
});
export type ConsentTerms = z.infer<typeof ConsentTerms>;
