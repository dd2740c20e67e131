import { OpaqueId } from '#domain/envelope.ts';
import { roleToAgree } from '#domain/proposal/orders.ts';
import { agreedTypes } from '#domain/takesAgreement.ts';
import { findProposal, listProposals, type ProposalDetails } from '#projections/models/proposals.ts';
import type { AuditorContext, OfficerContext } from '../context.ts';
import { getRoles } from '../offices/officerRoles.ts';
import { Refused } from '../refused.ts';
import { checkStream } from '../past/timeline.ts';
import { asForbidden } from './asForbidden.ts';
import type { Builder } from './builder.ts';
import { placeConnection } from './placeConnection.ts';
import type { ProposalRefs } from './proposal.ts';

/** Who may see proposals: auditors all, officers those for which they have the role. */
type Reader = OfficerContext | AuditorContext;
const readers = { $any: { officer: true, auditor: true } } as const;

/** How officers find what waits for their answer, and auditors what became of it. */
export function addProposalReads(builder: Builder, { proposal, status }: ProposalRefs): void {
  builder.queryFields((t) => ({
    proposal: t.withAuth(readers).field({
      type: proposal,
      description: 'One proposal: for auditors, and for officers who have the role that it takes.',
      errors: { types: [Refused] },
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, context) => readProposal(context, id),
    }),
    proposals: t.withAuth(readers).connection({
      type: proposal,
      description:
        'In the order in which they were made: for auditors all, for officers those that take a role they have.',
      args: {
        status: t.arg({ type: status }),
        stream: t.arg.string({ description: 'What their orders are about: `noun-id`.' }),
      },
      resolve: async (_root, { status: wanted, stream, ...args }, context) => {
        if (stream !== null && stream !== undefined) checkStream(stream);
        const filter = {
          status: wanted ?? undefined,
          stream: stream ?? undefined,
          types: await visibleTypes(context).catch(asForbidden),
          at: new Date().toISOString(),
        };
        return placeConnection(args, (page) => listProposals(context.database, filter, page));
      },
    }),
  }));
}

async function readProposal(context: Reader, id: string): Promise<ProposalDetails> {
  const types = await visibleTypes(context);
  const at = new Date().toISOString();
  const found = OpaqueId.safeParse(id).success ? await findProposal(context.database, id, at) : undefined;
  if (found === undefined) throw new Refused('ERR_NOT_FOUND', 'no such proposal');
  const { type } = found.order;
  if (types?.includes(type) === false)
    throw new Refused('ERR_ROLE_MISSING', `agreeing to ${type} takes the role ${roleToAgree(type)}`);
  return found;
}

/** The orders that the reader may see; undefined for all. */
async function visibleTypes(context: Reader): Promise<readonly string[] | undefined> {
  if (context.caller.kind === 'auditor') return undefined;
  const roles = await getRoles(context, context.caller);
  return agreedTypes.filter((type) => roles.includes(roleToAgree(type)));
}
