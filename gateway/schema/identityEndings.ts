import { findIdentity } from '#projections/models/identityDetails.ts';
import { findProposalsWithValues } from '#projections/models/proposals.ts';
import type { OfficerContext } from '../context.ts';
import { Refused } from '../refused.ts';
import { checkStreamName } from '../offices/submitOrder.ts';
import type { Builder } from './builder.ts';
import type { Words } from './country.ts';
import { personKey } from './identity.ts';
import { officerProposal, validUntilArgument, type ProposedRef } from './proposed.ts';

type EndingTypes = { readonly words: Words; readonly proposed: ProposedRef };

/** What could ruin a life, or lose a record: an officer proposes it, and one of another agency agrees. */
export function addIdentityEndings(builder: Builder, { words, proposed }: EndingTypes): void {
  for (const [field, type, description] of endings) {
    builder.mutationField(field, (t) =>
      t.withAuth({ officer: true }).field({
        type: proposed,
        description,
        errors: { types: [Refused] },
        args: {
          id: t.arg.id({ required: true }),
          reason: t.arg({ type: words.reason, required: true }),
          validUntil: validUntilArgument(t.arg),
        },
        resolve: async (_root, { id, reason, validUntil }, context) => {
          const stream = `identity-${id}`;
          const data = { reason, ...(type === 'EraseIdentity' && (await proposalsOf(context, stream))) };
          return officerProposal(context, { stream, type, data, validUntil });
        },
      }),
    );
  }
  addMerge(builder, { words, proposed });
  addKeyRecovery(builder, { words, proposed });
}

const endings = [
  ['deactivateIdentity', 'DeactivateIdentity', 'Proposes to end an identity for good. Takes an adjudicator.'],
  ['recordDeath', 'RecordDeath', 'Proposes to record that the person has died. Takes a registrar.'],
  [
    'splitIdentity',
    'SplitIdentity',
    'Proposes to undo a merge: two people had been taken for one. Takes an adjudicator.',
  ],
  [
    'eraseIdentity',
    'EraseIdentity',
    'Proposes to forget a person: every private value goes, those beside proposals about the identity too. Takes an adjudicator.',
  ],
] as const;

/** The values beside proposals are the person's as well, whatever became of the proposals. */
async function proposalsOf({ database }: OfficerContext, stream: string) {
  checkStreamName(stream);
  return { proposals: await findProposalsWithValues(database, stream) };
}

function addMerge(builder: Builder, { words, proposed }: EndingTypes): void {
  builder.mutationField('mergeIdentity', (t) =>
    t.withAuth({ officer: true }).field({
      type: proposed,
      description:
        'Proposes that two records are of one person: this one ends, the other goes on. Takes an adjudicator.',
      errors: { types: [Refused] },
      args: {
        id: t.arg.id({ required: true }),
        into: t.arg.id({ required: true, description: 'The identity that goes on.' }),
        reason: t.arg({ type: words.reason, required: true }),
        validUntil: validUntilArgument(t.arg),
      },
      resolve: async (_root, { id, into, reason, validUntil }, context) => {
        await checkGoesOn(context, into);
        const order = { stream: `identity-${id}`, type: 'MergeIdentity', data: { into, reason } };
        return officerProposal(context, { ...order, validUntil });
      },
    }),
  );
}

// No rule of the ledger reads one person's stream for another's, so it is seen to here, and by whoever agrees.
async function checkGoesOn({ database }: OfficerContext, into: string): Promise<void> {
  checkStreamName(`identity-${into}`);
  const found = await findIdentity(database, into);
  if (found === undefined) throw new Refused('ERR_NOT_FOUND', 'into: no such identity');
  if (found.status !== 'active') throw new Refused('ERR_NOT_ACTIVE', `into: the identity is ${found.status}`);
}

function addKeyRecovery(builder: Builder, { words, proposed }: EndingTypes): void {
  builder.mutationField('recoverPersonKey', (t) =>
    t.withAuth({ officer: true }).field({
      type: proposed,
      description: 'Proposes another key for a person who has lost the one to sign with. Takes a registrar.',
      errors: { types: [Refused] },
      args: {
        id: t.arg.id({ required: true }),
        key: t.arg.string({ required: true, description: personKey }),
        reason: t.arg({ type: words.reason, required: true }),
        validUntil: validUntilArgument(t.arg),
      },
      resolve: (_root, { id, key, reason, validUntil }, context) => {
        const order = { stream: `identity-${id}`, type: 'RecoverPersonKey', data: { key, reason } };
        return officerProposal(context, { ...order, validUntil });
      },
    }),
  );
}
