import { agencyDecider } from './agency/decider.ts';
import { consentDecider } from './consent/decider.ts';
import { anchorDecider } from './anchor/decider.ts';
import type { Decider } from './decider.ts';
import type { Fact, Noun } from './envelope.ts';
import { identityDecider } from './identity/decider.ts';
import { identitySchemaDecider } from './identitySchema/decider.ts';
import { proposalDecider } from './proposal/decider.ts';
import { relyingPartyDecider } from './relyingParty/decider.ts';
import { sharingPolicyDecider } from './sharingPolicy/decider.ts';

const deciders = {
  identity: identityDecider,
  consent: consentDecider,
  relyingParty: relyingPartyDecider,
  sharingPolicy: sharingPolicyDecider,
  identitySchema: identitySchemaDecider,
  agency: agencyDecider,
  proposal: proposalDecider,
  anchor: anchorDecider,
} satisfies Record<Noun, unknown>;

/**
 * The rules of a noun, for those who carry commands without knowing them. A decider takes back only what came out of
 * it: its own parsed commands, its own state, its own events.
 */
export function deciderOf(noun: Noun): Decider<unknown, Fact, Fact> {
  // What goes in was parsed by the same decider or read from a stream of its noun, which types cannot say.
  return deciders[noun] as Decider<unknown, Fact, Fact>;
}
