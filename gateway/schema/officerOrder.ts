import type { Fact } from '#domain/envelope.ts';
import type { OfficerContext } from '../context.ts';
import { submitOrder, type Receipt } from '../offices/submitOrder.ts';

/** Has an order without private values done in the name of the officer who asks. */
export function officerOrder(context: OfficerContext, stream: string, { type, data }: Fact): Promise<Receipt> {
  return submitOrder(context, { stream, type, data: { ...data }, officer: context.caller });
}
