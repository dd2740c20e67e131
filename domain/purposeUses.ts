import type { Purpose } from './purpose.ts';
import { Refusal } from './refusal.ts';
import { repeats } from './repeats.ts';

/** Refuses a purpose or an attribute that comes twice: it would be unclear which entry counts. */
export function refuseRepeatedUses(
  uses: readonly { readonly purpose: Purpose; readonly attributes: readonly string[] }[],
): void {
  if (repeats(uses.map(({ purpose }) => purpose))) throw new Refusal('ERR_MALFORMED', 'a purpose is named twice');
  if (uses.some(({ attributes }) => repeats(attributes)))
    throw new Refusal('ERR_ATTRIBUTE_REPEATED', 'an attribute is named twice for one purpose');
}
