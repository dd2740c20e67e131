import type { RelyingParty } from '#projections/models/relyingParties.ts';
import { recordAccess } from './accessRecord.ts';
import { signAnswer } from './answerSignature.ts';
import type { GatewayParts } from '../context.ts';
import { demographicsMatch, type Demographic } from './demographicMatch.ts';
import { heldValues } from './heldValues.ts';
import { findPerson, nameOf, type By, type Person } from './findPerson.ts';
import { findPartyPolicy } from './partyPolicy.ts';
import { Refused } from '../refused.ts';
import { checkTransactionName } from './transactionName.ts';

const purpose = 'IdentityAuthentication';

/** What a party says about the person before it, for one transaction of its own. */
export type AuthenticationRequest = {
  readonly party: RelyingParty;
  readonly by: By;
  readonly transaction: string;
  readonly demographics: readonly Demographic[];
};

/** Yes or no. `token` is the party's own name for the person, given with a yes only: a no must not tell people apart. */
export type Authentication = {
  readonly authenticated: boolean;
  readonly token: string | null;
  readonly transaction: string;
  readonly accessId: string;
  readonly signature: string;
};

/** Says whether what a party says is true of a person. Absent people get the same no, after the same work. */
export async function authenticatePerson(parts: GatewayParts, request: AuthenticationRequest): Promise<Authentication> {
  const now = Date.now();
  const limitKey = nameOf(parts, request.by);
  checkTransactionName(request.transaction);
  await checkMatchable(parts, request);
  const found = await findPerson(parts, request.party, request.by);
  const allowed = parts.attempts.take(request.party.party, limitKey, now);
  const matched = allowed && (await matches(parts, found, request.demographics));
  const accessId = await recordAttempt(parts, request, {
    identity: found?.identity,
    decision: decisionOf(allowed, matched),
    at: new Date(now).toISOString(),
  });
  if (!allowed) throw new Refused('ERR_TOO_MANY_ATTEMPTS', 'too many attempts at this identifier; try again later');
  if (matched) parts.attempts.giveBack(request.party.party, limitKey, now);
  return signed(parts, request, { identity: matched ? found?.identity : undefined, accessId, now });
}

async function checkMatchable(parts: GatewayParts, { party, demographics }: AuthenticationRequest): Promise<void> {
  if (demographics.length === 0 || demographics.length > 16)
    throw new Refused('ERR_MALFORMED', 'demographics: 1 to 16');
  const matching = new Set((await findPartyPolicy(parts, party))?.matching);
  const foreign = demographics.find(({ attribute }) => !matching.has(attribute));
  if (foreign !== undefined)
    throw new Refused('ERR_NOT_MATCHABLE', `the party's policy does not let it ask about ${foreign.attribute}`);
}

async function matches(parts: GatewayParts, found: Person | undefined, said: readonly Demographic[]): Promise<boolean> {
  const identity = found?.status === 'active' ? found.identity : parts.stranger.identity;
  const held = await heldValues(
    parts,
    identity,
    said.map(({ attribute }) => attribute),
  );
  if (held.size === 0) parts.stranger.open();
  return demographicsMatch(said, held);
}

function decisionOf(allowed: boolean, matched: boolean): string {
  if (!allowed) return 'TOO_MANY_ATTEMPTS';
  return matched ? 'MATCHED' : 'NOT_MATCHED';
}

type Attempt = { readonly identity: string | undefined; readonly decision: string; readonly at: string };

function recordAttempt(
  parts: GatewayParts,
  { party, demographics }: AuthenticationRequest,
  { identity, decision, at }: Attempt,
): Promise<string> {
  return recordAccess(parts, identity, {
    kind: 'authenticate',
    party: party.party,
    purpose,
    requested: [...new Set(demographics.map(({ attribute }) => attribute))],
    released: [],
    withheld: [],
    decision,
    at,
  });
}

type Outcome = { readonly identity: string | undefined; readonly accessId: string; readonly now: number };

async function signed(
  { keystore, signer }: GatewayParts,
  { party, transaction }: AuthenticationRequest,
  { identity, accessId, now }: Outcome,
): Promise<Authentication> {
  const authenticated = identity !== undefined;
  const token = authenticated ? keystore.pairwise(party.party, identity) : null;
  const signature = await signAnswer(signer, {
    party: party.party,
    accessId,
    at: Math.floor(now / 1000),
    transaction,
    purpose,
    answer: { authenticated, token },
  });
  return { authenticated, token, transaction, accessId, signature };
}
