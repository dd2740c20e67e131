import type { Role } from './agency/roles.ts';
import type { Approval } from './approval.ts';
import type { Fact, LedgerEvent, Noun } from './envelope.ts';
import type { IdentitySchema } from './identitySchema/events.ts';

/** One opened private value: `name` is an attribute of the identity schema, or a term of a consent. */
export type OpenedValue = { readonly name: string; readonly value: unknown };

/** What a decider may know beside its own state: who asks, when, and the private values, opened. */
export type Circumstances = {
  /** Id of the stream (after the noun). */
  readonly id: string;
  /** MSP of the node that created the transaction. */
  readonly agency: string;
  /** Time of the transaction, ISO 8601. */
  readonly at: string;
  /** The officer whose signature the command carries, with the roles held now. */
  readonly officer?: { readonly id: string; readonly roles: readonly Role[] };
  /** The proposal that the command carries out: approved, in time, never used, and of this very order. */
  readonly approval?: Approval;
  /** Whether an identity schema stands: before the first one the registry is being founded. */
  readonly founded: boolean;
  /** The attribute class of the private values, when there are any. */
  readonly sealedClass?: string;
  /** Their digests, sorted, as the command names them. */
  readonly sealedDigests?: readonly string[];
  readonly opened: readonly OpenedValue[];
  /** The identity schema with this version, if it was ever published. */
  readonly schema: (version: number) => IdentitySchema | undefined;
};

/** A value that only one stream may hold; the chaincode keeps its HMAC, never the value. */
export type UniqueValue = { readonly kind: string; readonly value: string };

/** The rules of one noun: pure, the same at every agency. */
export type Decider<State, C extends Fact, E extends Fact> = {
  readonly noun: Noun;
  /** Which fold `initial` and `evolve` are, 1 when absent: raised when the state takes another shape, so that older heads are folded anew. */
  readonly fold?: number;
  readonly initial: State;
  /** Parses `{type, data}`; throws a Refusal with `ERR_UNKNOWN_COMMAND` or `ERR_MALFORMED`. */
  readonly parse: (order: Fact) => C;
  /** The facts that follow, or a Refusal. No facts: the order asks for what already is. */
  readonly decide: (command: C, state: State, circumstances: Circumstances) => readonly E[];
  readonly evolve: (state: State, event: E & Pick<LedgerEvent, 'version' | 'by'>) => State;
  /** Values that the command claims for this stream alone. */
  readonly claims?: (command: C, circumstances: Circumstances) => readonly UniqueValue[];
  /** For a command after which no private value of its stream, nor of these proposals about it, may be left anywhere. */
  readonly erases?: (command: C) => { readonly proposals: readonly string[] } | undefined;
};
