import { expect } from '@jest/globals';
import { eventually } from '#test/eventually.ts';
import type { AgencyName } from '#test/registry.ts';
import { registration } from '#test/registry.ts';
import type { TestNetwork } from './testNetwork.ts';

const submitters = 3;

/** Commands that go on being submitted until they are told to stop. */
type Load = {
  /** How many have been acknowledged. */
  readonly done: () => number;
  /** Waits for what is on its way; answers the streams that were acknowledged, and whatever was not as it should be. */
  readonly stop: () => Promise<{ readonly streams: readonly string[]; readonly failures: readonly unknown[] }>;
};

/** Does something while people are registered at these agencies: not one of them may be lost or fail for good. */
export async function underLoad<T>(
  network: TestNetwork,
  agencies: readonly AgencyName[],
  work: (load: Load) => Promise<T>,
): Promise<readonly string[]> {
  const load = keepSubmitting(network, agencies);
  try {
    await eventually(() => expect(load.done()).toBeGreaterThan(5));
    await work(load);
    const before = load.done();
    await eventually(() => expect(load.done()).toBeGreaterThan(before + 10));
  } finally {
    await load.stop();
  }
  const { streams, failures } = await load.stop();
  expect(failures).toEqual([]);
  return streams;
}

/** Registers people one after another, by a few submitters at each of these agencies. */
function keepSubmitting({ open, people }: TestNetwork, agencies: readonly AgencyName[]): Load {
  const streams: string[] = [];
  const failures: unknown[] = [];
  const stopping = new AbortController();
  const runs = agencies.flatMap((agency) => {
    const ledger = open(agency);
    const run = async (): Promise<void> => {
      while (!stopping.signal.aborted && failures.length === 0) {
        const submission = registration(people[agency].signer);
        const answer = await ledger.submit(submission).catch((error: unknown) => ({ error }));
        if ('version' in answer && answer.version === 1) streams.push(submission.command.stream);
        else failures.push(answer);
      }
    };
    return Array.from({ length: submitters }, run);
  });
  const stop = async () => {
    stopping.abort();
    await Promise.all(runs);
    return { streams, failures };
  };
  return { done: () => streams.length, stop };
}
