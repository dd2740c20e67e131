import { idOf } from '#domain/envelope.ts';
import type { Receipt } from '../offices/submitOrder.ts';
import type { Builder } from './builder.ts';

/** What a command comes back with. */
export function addReceipt(builder: Builder) {
  return builder.objectRef<Receipt>('Receipt').implement({
    description: 'It is done: the facts are on the ledger and can be read at this node.',
    fields: (t) => ({
      id: t.id({ description: 'What the facts are about.', resolve: ({ stream }) => idOf(stream) }),
      version: t.exposeInt('version', { description: 'Number of facts about it so far.' }),
      block: t.exposeInt('block', { description: 'Block of the ledger in which the facts stand, or a later one.' }),
    }),
  });
}

/** The type `Receipt` of the schema. */
export type ReceiptRef = ReturnType<typeof addReceipt>;
