import * as z from 'zod';

/**
 * Reasons stand on the public ledger for ever, so they are chosen from a list: free text would carry personal data.
 * What a case is about in detail belongs to the files of the agency.
 */
export const Reason = z.enum([
  'request-of-person',
  'suspected-fraud',
  'court-order',
  'administrative-review',
  'review-closed',
  'clerical-error',
  'changed-circumstances',
  'duplicate-record',
  'emigration',
  'death-certificate',
  'breach-of-terms',
  'end-of-service',
  'key-compromised',
]);
export type Reason = z.infer<typeof Reason>;
