import * as z from 'zod';

/** What an officer may be. `administrator` looks after the officers of the own agency. */
export const Role = z.enum([
  'administrator',
  'registrar',
  'adjudicator',
  'partner-manager',
  'policy-manager',
  'auditor',
]);
export type Role = z.infer<typeof Role>;
