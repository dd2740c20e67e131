import { nounOf, type Noun } from '#domain/envelope.ts';
import { deciderOf } from '#domain/registry.ts';
import { agencyFrom, officersFrom } from '../models/agencies.ts';
import { consentFrom } from '../models/consents.ts';
import { identityFrom } from '../models/identityDetails.ts';
import { eventsOf, type ProjectedEvent } from '../models/readModel.ts';
import { partyFrom } from '../models/relyingParties.ts';
import { policyFrom } from '../models/sharingPolicies.ts';

/** What is public of a stream, by field. Neither its version nor its block: these change with every fact. */
export type PublicState = Readonly<Record<string, unknown>>;

type Facts = readonly ProjectedEvent[];

// By the folds of the read models where there are some.
const states: Readonly<Record<Noun, (facts: Facts) => PublicState>> = {
  identity: identityState,
  consent: (facts) => lasting(consentFrom(eventsOf(facts, 'consent'))),
  relyingParty: (facts) => lasting(partyFrom(eventsOf(facts, 'relyingParty'))),
  sharingPolicy: (facts) => lasting(policyFrom(eventsOf(facts, 'sharingPolicy'))),
  identitySchema: (facts) => ({ ...eventsOf(facts, 'identitySchema').at(-1)?.event.data }),
  agency: agencyState,
  proposal: proposalState,
  anchor: (facts) => ({ ...facts.at(-1)?.event.data }),
};

/** What these facts of one stream, oldest first, make of it in public. */
export function stateFrom(facts: Facts): PublicState {
  const [first] = facts;
  return first === undefined ? {} : states[nounOf(first.event.stream)](facts);
}

/** Beside the details, of each attribute class the version of the fact that said its values last. */
function identityState(facts: Facts): PublicState {
  const events = eventsOf(facts, 'identity');
  const classes = events.flatMap(({ event: { data, version } }): [string, number][] =>
    'class' in data ? [[data.class, version]] : [],
  );
  const { status, schema } = identityFrom(events) ?? {};
  const into = events.flatMap(({ event }) => (event.type === 'IdentityMerged' ? [event.data.into] : [])).at(-1);
  return { status, schema, classes: Object.fromEntries(classes), ...(status === 'merged' && { into }) };
}

function agencyState(facts: Facts): PublicState {
  const events = eventsOf(facts, 'agency');
  const officers = officersFrom(events).map(({ officer, key, roles, validFrom, validUntil, removedAt }) => [
    officer,
    { key, roles, validFrom, validUntil, removedAt },
  ]);
  return { ...lasting(agencyFrom(events)), officers: Object.fromEntries(officers) as object }; // of exactly these entries
}

/** As the rules see it: what is asked for, by whom, and what became of it. */
function proposalState(facts: Facts): PublicState {
  const { initial, evolve } = deciderOf('proposal');
  const state = facts.reduce((folded, { event }) => evolve(folded, event), initial);
  return { ...(state as object) }; // every decider's state is an object
}

function lasting(details: object = {}): PublicState {
  return Object.fromEntries(Object.entries(details).filter(([name]) => name !== 'version' && name !== 'block'));
}
