import { createHash } from 'node:crypto';
import { Tree } from '#ledger/log/tree.ts';
import { leafHash } from '#ledger/log/treeHash.ts';
import { timeOf } from './load.ts';
import { loggedEvents } from './loggedEvents.ts';
import type { Measurement, Result } from './measurement.ts';
import { median, rounded } from './statistics.ts';

const leaves = 200_000;
const rounds = 5;

/** Leaves per second that the tree of the registry log takes, from the bytes of events to a root; rival: only SHA-256 of the same bytes. */
export const logBuild: Measurement = {
  part: 'log',
  names: ['log.build'],
  run: async function* (report) {
    const events = loggedEvents(leaves);
    const [ours, rival]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1) {
      const built = await timeOf(() => build(events));
      const hashed = await timeOf(() => hashAll(events));
      report(
        `${round === 0 ? 'warm-up' : `round ${round}`}: built in ${rounded(built)} ms, hashed in ${rounded(hashed)} ms`,
      );
      if (round === 0) continue;
      ours.push((leaves * 1000) / built);
      rival.push((leaves * 1000) / hashed);
    }
    yield resultOf(median(ours), median(rival), events);
  },
};

function build(events: readonly Uint8Array[]): Promise<void> {
  const tree = new Tree();
  for (const event of events) tree.append(leafHash(event));
  if (tree.root().length !== 32) throw new Error('no root came out');
  return Promise.resolve();
}

function hashAll(events: readonly Uint8Array[]): Promise<void> {
  for (const event of events) createHash('sha256').update(event).digest();
  return Promise.resolve();
}

function resultOf(value: number, baseline: number, events: readonly Uint8Array[]): Result {
  const bytes = Math.round(events.reduce((sum, { length }) => sum + length, 0) / events.length);
  return {
    name: 'log.build',
    value: rounded(value),
    unit: 'leaves/s',
    baseline: rounded(baseline),
    ratio: rounded(value / baseline),
    note: `${leaves} events of ${bytes} bytes on one core; the rival hashes each once, a tree twice`,
  };
}
