import { makeDisclosures, sealedReference } from '#ledger/withPrivateValues.ts';
import type { GatewayParts } from '../context.ts';
import { randomId } from '../randomId.ts';
import { rehearse, type AgreedOrder } from './rehearse.ts';
import { submitOrder } from './submitOrder.ts';

/** An order that waits for an officer of another agency. */
export type Proposed = { readonly proposal: string; readonly validUntil: string; readonly block: number };

const days = 24 * 3600 * 1000;
const usualTime = 30 * days;

/** Proposes an order to the other agencies; done is nothing yet. Throws a Refused when it could not be carried out anyway. */
export async function proposeOrder(
  parts: GatewayParts,
  order: AgreedOrder,
  asked: string | null | undefined,
): Promise<Proposed> {
  await rehearse(parts, order);
  const { stream, type, data, officer } = order;
  const proposal = randomId();
  const validUntil = asked ?? new Date(Date.now() + usualTime).toISOString();
  const disclosed = order.sealed && {
    class: order.sealed.class,
    disclosures: makeDisclosures(order.sealed.values),
  };
  const { block } = await submitOrder(parts, {
    stream: `proposal-${proposal}`,
    type: 'Propose',
    data: { order: { stream, type, data, ...(disclosed && { sealed: sealedReference(disclosed) }) }, validUntil },
    officer,
    ...(disclosed && { sealed: disclosed }),
  });
  return { proposal, validUntil, block };
}
