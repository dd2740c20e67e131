import { idOf, nounOf } from '#domain/envelope.ts';
import { permissionFor } from '#domain/permissions.ts';
import { Refusal } from '#domain/refusal.ts';
import { deciderOf } from '#domain/registry.ts';
import { listIdentitySchemas } from '#projections/models/identitySchemas.ts';
import type { GatewayParts } from '../context.ts';
import { checkStreamName, refusedOf, type OrderingOfficer, type PrivateValues } from './submitOrder.ts';
import { refuseIllFormed } from '../http/wellFormed.ts';

/** An order that somebody will have to agree to. */
export type AgreedOrder = {
  readonly stream: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sealed?: PrivateValues;
  readonly officer: OrderingOfficer;
};

/**
 * Asks the rules whether an order could be carried out as things stand, as if it had been agreed on. Throws a Refused when it
 * could not: nobody's time is taken for a proposal that must fail.
 */
export async function rehearse(
  { ledger, database }: Pick<GatewayParts, 'ledger' | 'database'>,
  order: AgreedOrder,
): Promise<void> {
  const { stream, type, data, sealed } = order;
  refuseIllFormed([data, sealed?.values]);
  checkStreamName(stream);
  const decider = deciderOf(nounOf(stream));
  const [head, schemas] = await Promise.all([ledger.head(stream), listIdentitySchemas(database)]);
  try {
    decider.decide(decider.parse({ type, data }), head?.state ?? decider.initial, {
      ...asIfAgreed(order),
      schema: (version) => schemas.get(version),
      opened: Object.entries(sealed?.values ?? {}).map(([name, value]) => ({ name, value })),
      ...(sealed && { sealedClass: sealed.class }),
    });
  } catch (error) {
    throw error instanceof Refusal ? refusedOf(error.code, error.message) : error;
  }
}

function asIfAgreed({ stream, type, officer }: AgreedOrder) {
  const by = { agency: officer.agency };
  return {
    id: idOf(stream),
    // What a node says for itself, as when it enters, is carried out by that node.
    agency: permissionFor(type).by === 'node' ? idOf(stream) : officer.agency,
    at: new Date().toISOString(),
    founded: true,
    approval: { proposal: 'rehearsed', proposedBy: by, approvedBy: by },
  };
}
