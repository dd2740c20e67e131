import type { AgencyEvent } from './agency/events.ts';
import type { AnchorEvent } from './anchor/events.ts';
import type { ConsentEvent } from './consent/events.ts';
import type { Noun } from './envelope.ts';
import type { IdentityEvent } from './identity/events.ts';
import type { IdentitySchemaEvent } from './identitySchema/events.ts';
import type { ProposalEvent } from './proposal/events.ts';
import type { RelyingPartyEvent } from './relyingParty/events.ts';
import type { SharingPolicyEvent } from './sharingPolicy/events.ts';

/** The facts of each noun. */
export type EventsByNoun = {
  readonly identity: IdentityEvent;
  readonly consent: ConsentEvent;
  readonly relyingParty: RelyingPartyEvent;
  readonly sharingPolicy: SharingPolicyEvent;
  readonly identitySchema: IdentitySchemaEvent;
  readonly agency: AgencyEvent;
  readonly proposal: ProposalEvent;
  readonly anchor: AnchorEvent;
};

/** Any fact of the registry. */
export type AnyEvent = EventsByNoun[Noun];
