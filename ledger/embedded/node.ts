import type { Country } from '#domain/country.ts';
import type { Outcome } from '#domain/envelope.ts';
import { argumentOf, isPrivate, transientOf } from '../batch.ts';
import { LedgerUnavailable, type Submission } from '../ledger.ts';
import { EndorsementFailed, type Endorsed } from '../transactor.ts';
import type { Channel } from './channel.ts';
import type { Endorsement, Endorser } from './endorser.ts';
import { envelopeOf } from './envelope.ts';
import type { Identities, Signer } from './identities.ts';
import { propose, type Request, type SignedProposal } from './proposal.ts';
import { readTransaction } from './transaction.ts';

/** What all nodes of a channel share. */
export type Surroundings = {
  readonly channel: Channel;
  readonly name: string;
  readonly identities: Identities;
  readonly endorsers: readonly Endorser[];
  readonly endorsement: Country['endorsement'];
  /** Attribute class → agencies that may be shown its private values. */
  readonly classes: Country['classes'];
};

/** One agency's node: makes transactions, has them endorsed, orders them. A second `commit` orders the same bytes again. */
export type Node = {
  /** `at`: the node's clock, for tests. */
  readonly endorse: (batch: readonly Submission[], at?: Date) => Promise<Endorsed>;
  /** Asks the contract without ordering anything. */
  readonly evaluate: (...words: readonly string[]) => Promise<string>;
};

/** The node of the agency that signs. */
export function makeNode(surroundings: Surroundings, signer: Signer): Node {
  return {
    endorse: (batch, at) => endorse(surroundings, signer, batch, at),
    evaluate: async (...words) => {
      const { endorsers, channel, name } = surroundings;
      const endorser = endorsers.find(({ agency }) => agency === signer.agency) ?? endorsers[0];
      if (endorser === undefined) throw new Error('nobody endorses');
      const proposal = propose({ channel: name, arguments: words, at: new Date() }, signer);
      const [endorsement] = await ask([endorser], proposal, channel).catch((cause: unknown) => {
        throw new LedgerUnavailable(cause);
      });
      return Buffer.from(endorsement?.answer ?? '').toString();
    },
  };
}

async function endorse(
  surroundings: Surroundings,
  signer: Signer,
  batch: readonly Submission[],
  at = new Date(),
): Promise<Endorsed> {
  const { channel, name, identities, endorsement } = surroundings;
  const proposal = propose(requestOf(name, batch, at), signer);
  const endorsements = await ask(chooseEndorsers(surroundings, signer.agency, batch), proposal, channel);
  const [first] = endorsements;
  if (first === undefined) throw new EndorsementFailed('nobody endorses', { retryable: false });
  if (endorsements.some(({ payload }) => Buffer.compare(payload, first.payload) !== 0))
    throw new EndorsementFailed('the agencies decided differently: the contract is not deterministic', {
      retryable: false,
    });
  const envelope = envelopeOf(proposal, endorsements, signer);
  const transaction = readTransaction(envelope, { channel: name, identities, endorsement });
  return {
    transactionId: proposal.transactionId,
    outcomes: JSON.parse(Buffer.from(first.answer).toString()) as Outcome[], // the contract's own answer, which the agencies signed
    reconsider: undefined, // all agencies look at one state
    commit: () => channel.order({ envelope, transaction, privateSet: first.privateSet }),
  };
}

/** All endorsers look at the same height, so what they say can only differ if the contract is at fault. */
async function ask(
  endorsers: readonly Endorser[],
  proposal: SignedProposal,
  { chain }: Channel,
): Promise<readonly Endorsement[]> {
  if (chain.isKnown(proposal.transactionId))
    throw new EndorsementFailed('duplicate transaction found', { retryable: false });
  const snapshot = chain.state.snapshot();
  const answers = await Promise.allSettled(endorsers.map((endorser) => endorser.endorse(proposal, snapshot)));
  snapshot.release();
  return answers.map((answer) => {
    if (answer.status === 'fulfilled') return answer.value;
    const cause: unknown = answer.reason;
    const message = cause instanceof Error ? cause.message : 'endorsement failed';
    throw new EndorsementFailed(message, { retryable: false, cause });
  });
}

/** As many as must agree, the own agency first; private values are shown to members of their class only. */
function chooseEndorsers(
  { endorsers, endorsement, classes }: Surroundings,
  own: string,
  batch: readonly Submission[],
): readonly Endorser[] {
  const shown = batch.filter(isPrivate);
  const mayLook = (agency: string): boolean =>
    shown.every(({ command }) => classes[command.sealed?.class ?? '']?.members.includes(agency) === true);
  const candidates = endorsers.filter(({ agency }) => endorsement.agencies.includes(agency) && mayLook(agency));
  const chosen = candidates.toSorted((a, b) => Number(b.agency === own) - Number(a.agency === own));
  if (chosen.length < endorsement.required)
    throw new EndorsementFailed('too few agencies may see the private values of this batch', { retryable: false });
  return chosen.slice(0, endorsement.required);
}

function requestOf(channel: string, batch: readonly Submission[], at: Date): Request {
  const transient = transientOf(batch);
  return { channel, arguments: ['submit', argumentOf(batch)], at, ...(transient && { transient }) };
}
