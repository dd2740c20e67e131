import * as z from 'zod';
import { Digest, Instant, OpaqueId } from '../envelope.ts';
import { ClassName, NameByLanguage } from '../names.ts';
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

/** An X25519 public key (raw, base64url) and the number of the epoch in which values are sealed for it. */
const TransportKey = z.strictObject({ epoch: z.int().min(1), key: Digest });

/** An Ed25519 public key, raw, in base64url's only form: whoever reads keys takes no other. */
const LogKey = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);

/** An agency enters with its own node's certificate: only the node of the MSP that the stream names can say it. */
export const AdmitAgency = z.strictObject({
  type: z.literal('AdmitAgency'),
  data: z.strictObject({
    name: NameByLanguage,
    transportKey: TransportKey,
    /** Ed25519, raw in base64url: signs checkpoints of the logs that the agency's node keeps. */
    logKey: LogKey.optional(),
    /** Signs the answers of the agency's node, and its questions to other nodes. */
    nodeKey: PublicKey.optional(),
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

/** From now on values are sealed for the key of the next epoch. */
export const RotateTransportKey = z.strictObject({ type: z.literal('RotateTransportKey'), data: TransportKey });
export type RotateTransportKey = z.infer<typeof RotateTransportKey>;

export const RotateLogKey = z.strictObject({
  type: z.literal('RotateLogKey'),
  data: z.strictObject({ key: LogKey }),
});
export type RotateLogKey = z.infer<typeof RotateLogKey>;

export const RotateNodeKey = z.strictObject({
  type: z.literal('RotateNodeKey'),
  data: z.strictObject({ key: PublicKey }),
});
export type RotateNodeKey = z.infer<typeof RotateNodeKey>;

/** Members of a class may hand this agency, off the ledger, the keys of what was sealed before it could read. */
export const HandOverKeys = z.strictObject({
  type: z.literal('HandOverKeys'),
  data: z.strictObject({ class: ClassName }),
});
export type HandOverKeys = z.infer<typeof HandOverKeys>;

/** Said by another agency: nothing more is taken from this one, and nothing more sealed for it. */
export const RemoveAgency = z.strictObject({
  type: z.literal('RemoveAgency'),
  data: z.strictObject({ reason: Reason }),
});
export type RemoveAgency = z.infer<typeof RemoveAgency>;

export type AgencyCommand =
  | AdmitAgency
  | AddOfficer
  | RemoveOfficer
  | RotateTransportKey
  | RotateLogKey
  | RotateNodeKey
  | HandOverKeys
  | RemoveAgency;
