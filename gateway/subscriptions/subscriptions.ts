import { unreachable } from '#domain/unreachable.ts';
import type { Caller } from '../caller.ts';
import { RequestError } from '../http/requestError.ts';

/** How many subscriptions may be open: each holds a connection, and asks the database whenever something is new. */
export type SubscriptionLimits = { readonly perCaller: number; readonly perNode: number };

/** One caller who may listen for as long as a connection and a token last. */
export type Listener = {
  /** Takes one of the caller's places, and of the node's; throws a RequestError when there is none. */
  readonly takePlace: () => void;
  /** Aborted when it is over: with `hungUp`, or with the RequestError that the listener is to be told. */
  readonly ending: AbortSignal;
  /** Nobody listens any more: gives the place back. */
  readonly hangUp: () => void;
};

/** Everybody who listens at a gateway. */
export type Subscriptions = {
  /** `until`: when the caller's token ends, in seconds since 1970; undefined where there is none. */
  readonly admit: (caller: Caller | undefined, until: number | undefined) => Listener;
  /** Places that are taken. */
  readonly open: () => number;
  /** Ends all, and whatever comes later. */
  readonly endAll: () => void;
};

/** Why a subscription ends that nobody listens to. */
export const hungUp = new Error('the listener has hung up');

const longestTimer = 2 ** 31 - 1; // ms; Node's timers go no further, and no token lasts as long

/** Keeps the places of a gateway; nothing of it outlasts a connection. */
export function createSubscriptions(limits: SubscriptionLimits): Subscriptions {
  const listening = new Set<AbortController>();
  const places = new Map<string, number>();
  const stopping = new RequestError('ERR_NODE_STOPPING', 'this node is stopping: go on from the last position');
  let isStopping = false;

  const admit = (caller: Caller | undefined, until: number | undefined): Listener => {
    const ending = new AbortController();
    if (isStopping) ending.abort(stopping);
    listening.add(ending);
    const expiry = until === undefined ? undefined : setTimeout(() => ending.abort(expired()), millisecondsTo(until));
    let held: string | undefined;
    return {
      ending: ending.signal,
      takePlace: () => {
        const holder = nameOf(caller);
        if (held !== undefined) throw new Error('a listener takes one place');
        refuseMore(limits, { own: places.get(holder) ?? 0, all: total(places) });
        places.set(holder, (places.get(holder) ?? 0) + 1);
        held = holder;
      },
      hangUp: () => {
        clearTimeout(expiry);
        listening.delete(ending);
        ending.abort(hungUp);
        if (held !== undefined) giveBack(places, held);
        held = undefined;
      },
    };
  };
  return {
    admit,
    open: () => total(places),
    endAll: () => {
      isStopping = true;
      for (const ending of listening) ending.abort(stopping);
    },
  };
}

function refuseMore(limits: SubscriptionLimits, taken: { readonly own: number; readonly all: number }): void {
  if (taken.own >= limits.perCaller)
    throw new RequestError('ERR_TOO_MANY_SUBSCRIPTIONS', `a caller has at most ${limits.perCaller} open at this node`);
  if (taken.all >= limits.perNode)
    throw new RequestError('ERR_TOO_MANY_SUBSCRIPTIONS', 'this node has as many open as it serves: come back later');
}

function giveBack(places: Map<string, number>, holder: string): void {
  const left = (places.get(holder) ?? 0) - 1;
  if (left > 0) places.set(holder, left);
  else places.delete(holder);
}

function total(places: ReadonlyMap<string, number>): number {
  return [...places.values()].reduce((sum, each) => sum + each, 0);
}

function expired(): RequestError {
  return new RequestError('ERR_TOKEN_EXPIRED', 'the token has expired: go on from the last position with another one');
}

function millisecondsTo(until: number): number {
  return Math.min(Math.max(until * 1000 - Date.now(), 0), longestTimer);
}

function nameOf(caller: Caller | undefined): string {
  if (caller === undefined) throw new RequestError('ERR_UNAUTHENTICATED', 'this needs a token');
  switch (caller.kind) {
    case 'service':
      return `service ${caller.party.party}`;
    case 'officer':
      return `officer ${caller.agency} ${caller.officer}`;
    case 'auditor':
      return `auditor ${caller.auditor}`;
    case 'resident':
      return `resident ${caller.identity}`;
    default:
      return unreachable(caller);
  }
}
