import type { Circumstances } from './decider.ts';
import { Refusal } from './refusal.ts';

/** For commands without private values: nothing may be sealed beside them. */
export function refusePrivateValues({ sealedClass, opened }: Circumstances): void {
  if (sealedClass === undefined && opened.length === 0) return;
  throw new Refusal('ERR_DISCLOSURE_MISMATCH', 'this command carries no private values');
}
