import { expect } from '@jest/globals';
import type { Circumstances, Decider, UniqueValue } from '#domain/decider.ts';
import type { Fact } from '#domain/envelope.ts';
import { Refusal } from '#domain/refusal.ts';
import type { RefusalCode } from '#domain/refusal.ts';

type Decision<E extends Fact> = {
  readonly then: (facts: readonly E[]) => void;
  readonly refuses: (code: RefusalCode) => void;
  readonly claims: (values: readonly UniqueValue[]) => void;
};

const ordinary: Circumstances = {
  id: 'one',
  agency: 'civil-registry',
  at: '2026-03-01T12:00:00.000Z',
  opened: [],
  founded: true,
  schema: () => undefined,
};

/** Two agencies have agreed on the order. */
export const agreed: Partial<Circumstances> = {
  approval: { proposal: 'p', proposedBy: { agency: 'civil-registry' }, approvedBy: { agency: 'election-office' } },
};

/** Facts that have happened, an order, and what must come of it: `given(decider, facts).when(order).then(facts)` or `.refuses(code)`. */
export function given<S, C extends Fact, E extends Fact>(
  decider: Decider<S, C, E>,
  facts: readonly E[],
): { readonly when: (order: Fact, circumstances?: Partial<Circumstances>) => Decision<E> } {
  const state = facts.reduce<S>(
    (folded, fact, index) =>
      asKept(
        decider.evolve(folded, { by: { agency: 'civil-registry', officer: 'officer' }, ...fact, version: index + 1 }),
      ),
    decider.initial,
  );
  return {
    when: (order, circumstances = {}) => {
      const around = { ...ordinary, ...circumstances };
      const decide = (): readonly E[] => decider.decide(decider.parse(order), state, around);
      return {
        then: (expected) => expect(decide()).toEqual(expected),
        refuses: (code) => expect(refusalOf(decide)).toBe(code),
        claims: (values) => {
          decide();
          expect(decider.claims?.(decider.parse(order), around) ?? []).toEqual(values);
        },
      };
    },
  };
}

// The ledger keeps the state as JSON between two commands, so must the test.
function asKept<S>(state: S): S {
  const kept = JSON.parse(JSON.stringify(state)) as S; // equal to what went in, as the next line proves
  expect(kept).toStrictEqual(state);
  return kept;
}

function refusalOf(decide: () => unknown): RefusalCode | 'no refusal' {
  try {
    decide();
    return 'no refusal';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.message).toMatch(new RegExp(`^${error.code}: .`));
    return error.code;
  }
}
