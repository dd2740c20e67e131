import { GatewayError } from '@hyperledger/fabric-gateway';
import { status } from '@grpc/grpc-js';

/** What an error of an endorsement says; nothing has happened on the ledger in any case. */
export type EndorsementFailure =
  /** The peer that was asked to gather endorsements did not answer. */
  | { readonly kind: 'gatewaySilent' }
  /** These agencies' peers or chaincodes do not work. */
  | { readonly kind: 'endorsersDown'; readonly agencies: readonly string[] }
  /** Agencies disagree: one of them has not committed yet what the others have. */
  | { readonly kind: 'disagreement' }
  /**
   * The same would be said again, by these agencies at least: a fault of the contract, of a permission or of this node's
   * clock; or one of them follows rules of its own.
   */
  | { readonly kind: 'final'; readonly message: string; readonly agencies: readonly string[] };

const silent: readonly number[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED];
const busy: readonly number[] = [status.ABORTED, status.UNKNOWN];
const missing = /failed to find any endorsing peers for org\(s\): (.*)$/;
const disagreement = /ProposalResponsePayloads do not match/;
const final = /chaincode response \d+|access denied|unauthorized|incorrect timestamp|creator/i;

/** Reads the error of an endorse call. */
export function endorsementFailureOf(error: unknown): EndorsementFailure {
  if (!(error instanceof GatewayError)) return { kind: 'final', message: String(error), agencies: [] };
  const absent = missing.exec(error.cause.details)?.[1];
  if (absent !== undefined) return { kind: 'endorsersDown', agencies: absent.split(', ') };
  if (error.details.length > 0) return failureOfDetails(error);
  if (silent.includes(error.code)) return { kind: 'gatewaySilent' };
  if (busy.includes(error.code)) return { kind: 'disagreement' }; // the peer's limit of calls, or of its patience
  return { kind: 'final', message: error.message, agencies: [] };
}

function failureOfDetails({ details }: GatewayError): EndorsementFailure {
  const refusing = details.filter(({ message }) => final.test(message));
  const [refused] = refusing;
  if (refused !== undefined)
    return { kind: 'final', message: refused.message, agencies: refusing.map(({ mspId }) => mspId) };
  const down = details.filter(({ message }) => !disagreement.test(message));
  if (down.length === 0) return { kind: 'disagreement' };
  return { kind: 'endorsersDown', agencies: down.map(({ mspId }) => mspId) };
}
