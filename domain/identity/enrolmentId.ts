/** Reserved name of the private value that ties a registration to its enrolment; no attribute may have it. */
export const enrolmentIdName = 'enrolmentId';

/** Whether a value can be an enrolment id. */
export function isEnrolmentId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9._:/-]{1,64}$/.test(value);
}
