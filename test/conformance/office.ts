import { afterAll, beforeAll } from '@jest/globals';
import type { LedgerEvent, RefusedOutcome } from '#domain/envelope.ts';
import type { Committed, Submission } from '#ledger/ledger.ts';
import { found } from '#test/agreement.ts';
import { newAgencies, order, registration, type AgencyName } from '#test/registry.ts';
import { testSchema, type Testbed } from './testbed.ts';

export const all = newAgencies();
export const civil = all['civil-registry'];
export const elections = all['election-office'];

export type Answer = Committed | RefusedOutcome;

/** A registry that is open for business: three agencies admitted, a schema published. */
export type Office = {
  /** The ledger under test; only inside tests. */
  readonly bed: () => Testbed;
  readonly submit: (submission: Submission, agency?: AgencyName) => Promise<Answer>;
  readonly submitAll: (batch: readonly Submission[], agency?: AgencyName) => Promise<readonly Answer[]>;
  readonly history: (stream: string, agency?: AgencyName) => Promise<readonly LedgerEvent[]>;
  /** Registers somebody; answers the stream. */
  readonly registered: () => Promise<string>;
};

/** Opens the office before the tests of the calling `describe`, and closes it after them. */
export function openOffice(open: () => Promise<Testbed>): Office {
  let opened: Testbed | undefined;
  const bed = () => {
    if (opened === undefined) throw new Error('the ledger under test did not open');
    return opened;
  };
  const submit: Office['submit'] = (submission, agency = 'civil-registry') => bed().ledger(agency).submit(submission);
  beforeAll(async () => {
    opened = await open();
    await found(all, submit, { published: testSchema });
  }, 900_000);
  afterAll(async () => opened?.close(), 120_000);
  return {
    bed,
    submit,
    submitAll: (batch, agency) => Promise.all(batch.map((each) => submit(each, agency))),
    history: (stream, agency = 'civil-registry') => bed().ledger(agency).history(stream),
    registered: async () => {
      const submission = registration(civil.signer);
      standing(await submit(submission));
      return submission.command.stream;
    },
  };
}

export function suspension(stream: string, more: { id?: string; seen?: number } = {}, { signer } = civil): Submission {
  return order({ stream, type: 'SuspendIdentity', data: { reason: 'court-order' }, ...more }, { signer });
}

/** The code of a refusal, or nothing. */
export function codeOf(answer: { readonly version: number } | RefusedOutcome): string {
  return 'refused' in answer ? answer.refused : '';
}

/** What stands; throws when it was refused. */
export function standing(answer: Answer): Committed {
  if ('refused' in answer) throw new Error(`refused: ${answer.refused}, ${answer.reason}`);
  return answer;
}
