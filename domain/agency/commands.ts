import * as z from 'zod';
import { Digest, Instant, OpaqueId } from '../envelope.ts';
import { NameByLanguage } from '../names.ts';
import { PublicKey } from '../publicKey.ts';
import { Reason } from '../reasons.ts';
import { Role } from './roles.ts';

/** Keys and roles of an officer. */
const OfficerDetails = z.strictObject({
  officer: OpaqueId,
  key: PublicKey,
  roles: z.array(Role).min(1).max(6),
  validFrom: Instant,
  validUntil: Instant.optional(),
});

/** An agency enters with its own node's certificate: only the node of the MSP that the stream names can say it. */
export const AdmitAgency = z.strictObject({
  type: z.literal('AdmitAgency'),
  data: z.strictObject({
    name: NameByLanguage,
    transportKey: z.strictObject({ epoch: z.int().min(1), key: Digest }),
    administrator: OfficerDetails,
  }),
});
export type AdmitAgency = z.infer<typeof AdmitAgency>;

export const AddOfficer = z.strictObject({ type: z.literal('AddOfficer'), data: OfficerDetails });
export type AddOfficer = z.infer<typeof AddOfficer>;

export const RemoveOfficer = z.strictObject({
  type: z.literal('RemoveOfficer'),
  data: z.strictObject({ officer: OpaqueId, reason: Reason }),
});
export type RemoveOfficer = z.infer<typeof RemoveOfficer>;

export type AgencyCommand = AdmitAgency | AddOfficer | RemoveOfficer;
