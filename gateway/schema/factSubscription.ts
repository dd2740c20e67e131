import { openFacts } from '../subscriptions/followFacts.ts';
import { saidOf, subscribeTo } from '../subscriptions/follow.ts';
import type { Builder } from './builder.ts';
import type { FactRef } from './fact.ts';
import { ofFact, type FactKinds } from './timeline.ts';

type Types = FactKinds & { readonly fact: FactRef };

/** Lets auditors and officers follow the facts of the registry as they come. */
export function addFactSubscription(builder: Builder, { fact, ...kinds }: Types): void {
  const filter = builder.inputType('FactFilter', {
    description: 'What is left out does not matter; of what is given, all must be true.',
    fields: (t) => ({
      ...ofFact(t, kinds),
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
