import type { Purpose } from '#domain/purpose.ts';
import { findLiveConsents, type Consent } from '#projections/models/consents.ts';
import type { RelyingParty } from '#projections/models/relyingParties.ts';
import { recordAccess } from './accessRecord.ts';
import { signAnswer } from './answerSignature.ts';
import type { GatewayParts } from '../context.ts';
import { heldValues } from './heldValues.ts';
import { findPerson, type By, type Person } from './findPerson.ts';
import { notAvailable } from './notAvailable.ts';
import { findPartyPolicy } from './partyPolicy.ts';
import { Refused } from '../refused.ts';
import { decideRelease, type Claim, type Release, type Withheld } from './release.ts';
import { checkTransactionName } from './transactionName.ts';

/** What a party asks about one person. */
export type IdentityQuestion = {
  readonly party: RelyingParty;
  readonly by: By;
  readonly purpose: Purpose;
  readonly claims: readonly Claim[];
  readonly transaction?: string;
};

/** What may leave, with the name of the access record that stands for it and the node's signature over all of it. */
export type Released = {
  readonly attributes: ReadonlyMap<string, unknown>;
  readonly withheld: readonly Withheld[];
  readonly accessId: string;
  readonly signature: string;
};

/** Answers a party's question about one person: decide, record, sign, and only then answer. Throws a Refused for every no. */
export async function askIdentity(parts: GatewayParts, question: IdentityQuestion): Promise<Released> {
  const at = new Date().toISOString();
  const { party, purpose } = question;
  const requested = question.claims.map(({ attribute }) => attribute);
  checkQuestion(question);
  const found = await findPerson(parts, party, question.by);
  const consents = await liveConsents(parts, question, { found, at });
  const record = (decision: string, release?: Release) =>
    recordAccess(parts, found?.identity, {
      kind: 'identity',
      party: party.party,
      purpose,
      requested,
      released: release?.released ?? [],
      withheld: release?.withheld ?? [],
      decision,
      at,
    });
  if (found === undefined || consents.length === 0) {
    await record('NOT_AVAILABLE');
    throw notAvailable();
  }
  const [held, limits] = await Promise.all([heldValues(parts, found.identity, requested), limitsOf(parts, question)]);
  const release = decideRelease({ ...question, ...limits, consents, held: new Set(held.keys()) });
  if (release.refused) {
    await record('ESSENTIAL_WITHHELD', release);
    throw new Refused('ESSENTIAL_WITHHELD', 'an essential attribute may not be released');
  }
  const accessId = await record('RELEASED', release);
  return answer(parts, question, { release, held, accessId, at });
}

function checkQuestion({ claims, transaction }: IdentityQuestion): void {
  if (claims.length === 0 || claims.length > 64) throw new Refused('ERR_MALFORMED', 'claims: 1 to 64');
  if (transaction !== undefined) checkTransactionName(transaction);
}

type Situation = { readonly found: Person | undefined; readonly at: string };

// Read from the database each time, never from memory: a consent that was withdrawn a moment ago must not count. Whoever is
// absent or not active is asked after under a stranger's name, so the same work is done and nothing is found.
async function liveConsents(
  parts: GatewayParts,
  { party, purpose }: IdentityQuestion,
  { found, at }: Situation,
): Promise<readonly { readonly claims: Consent['terms']['claims'] }[]> {
  const identity = found?.status === 'active' ? found.identity : parts.stranger.identity;
  const live = await findLiveConsents(parts.database, parts.keystore, { identity, party: party.party, at });
  if (live.length === 0) parts.stranger.open();
  return live.filter(({ terms }) => terms.purpose === purpose).map(({ terms }) => terms);
}

async function limitsOf(parts: GatewayParts, { party, purpose }: IdentityQuestion) {
  const policy = await findPartyPolicy(parts, party);
  const forPurpose = (uses: readonly { readonly purpose: Purpose; readonly attributes: readonly string[] }[]) =>
    new Set(uses.filter((use) => use.purpose === purpose).flatMap(({ attributes }) => attributes));
  return { policy: forPurpose(policy?.rules ?? []), intendedUse: forPurpose(party.intendedUses) };
}

type Decided = {
  readonly release: Release;
  readonly held: ReadonlyMap<string, unknown>;
  readonly accessId: string;
  readonly at: string;
};

async function answer(
  parts: GatewayParts,
  { party, purpose, transaction }: IdentityQuestion,
  { release, held, accessId, at }: Decided,
): Promise<Released> {
  const attributes = new Map(release.released.map((name) => [name, held.get(name)]));
  const signature = await signAnswer(parts.signer, {
    party: party.party,
    accessId,
    at: Math.floor(Date.parse(at) / 1000),
    ...(transaction === undefined ? {} : { transaction }),
    purpose,
    answer: { attributes: Object.fromEntries(attributes), withheld: release.withheld },
  });
  return { attributes, withheld: release.withheld, accessId, signature };
}
