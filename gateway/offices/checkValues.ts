import type { AttributeCheckOptions } from './attributeCheck.ts';
import type { GatewayParts } from '../context.ts';
import { Refused } from '../refused.ts';

/** Refuses values that break the country's rules, before anything is sealed. It names attributes and rules, never values. */
export function checkValues(
  { checkAttributes }: Pick<GatewayParts, 'checkAttributes'>,
  values: Readonly<Record<string, unknown>>,
  options: AttributeCheckOptions,
): void {
  const faults = checkAttributes(values, options);
  if (faults.length === 0) return;
  throw new Refused('ERR_VALUE_INVALID', faults.map(({ attribute, rule }) => `${attribute}: ${rule}`).join(', '));
}
