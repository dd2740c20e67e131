import { openFacts } from '../subscriptions/followFacts.ts';
import { saidOf, subscribeTo } from '../subscriptions/follow.ts';
import type { Builder } from './builder.ts';
import type { FactRef } from './fact.ts';
import type { FactKinds } from './timeline.ts';

type Types = FactKinds & { readonly fact: FactRef };

/** Lets auditors and officers follow the facts of the registry as they come. */
export function addFactSubscription(builder: Builder, { fact, noun, factType }: Types): void {
  const filter = builder.inputType('FactFilter', {
    description: 'What is left out does not matter; of what is given, all must be true.',
    fields: (t) => ({
      stream: t.string({ description: '`noun-id`.' }),
      noun: t.field({ type: noun }),
      agency: t.string({ description: 'The agency whose node sent it.' }),
      officer: t.string({ description: 'Who signed it, by the opaque id.' }),
      types: t.field({ type: [factType], description: 'Any of them.' }),
      notices: t.stringList({ description: 'It gives rise to a notice of any of these types, as identity.deceased.' }),
    }),
  });
  builder.subscriptionField('facts', (t) =>
    t.withAuth({ $any: { officer: true, auditor: true } }).field({
      type: fact,
      description: 'The facts of the registry in ledger order: first what was, then what comes, each once.',
      args: {
        filter: t.arg({ type: filter }),
        after: t.arg.string({
          description: 'The cursor of the last one that was heard; `beginning` for all. Without it: from now on.',
        }),
      },
      subscribe: (_root, { filter: asked, after }, context) =>
        subscribeTo(context, () => openFacts(context, asked ?? {}, after)),
      resolve: saidOf,
    }),
  );
}
