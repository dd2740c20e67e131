import { fabricNetwork, type FabricNetwork } from './fabricNetwork.ts';
import { rateUnder, timeOf } from './load.ts';
import type { Measurement, Report, Result } from './measurement.ts';
import { median, rounded } from './statistics.ts';

const warmUp = 300;
const rounds = 3;
const pairs = 40;
const callers = 300; // enough to keep the committer's batches full
const bareCallers = [20, 60, 120]; // the rival may choose its best
const window = { rampMs: 1000, windowMs: 3000 };

/** The registry on a BFT network of four agencies, against the least that a contract on the same network can do. */
export const fabricIdentities: Measurement = {
  part: 'fabric',
  names: ['fabric.identities.grouped', 'fabric.command.single.p50'],
  run: async function* (report) {
    await using network = await fabricNetwork(report);
    yield await grouped(network, report);
    yield await single(network, report);
  },
};

async function grouped({ register, create }: FabricNetwork, report: Report): Promise<Result> {
  await Promise.all(Array.from({ length: warmUp }, register));
  await Promise.all(Array.from({ length: warmUp }, create));
  const ours: number[] = [];
  const rival = new Map<number, number[]>(bareCallers.map((count) => [count, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [count, rates] of rival) rates.push(await rateUnder({ callers: count, ...window }, create));
    ours.push(await rateUnder({ callers, ...window }, register));
    const bare = [...rival].map(([count, rates]) => `${rounded(rates.at(-1) ?? NaN)} at ${count}`).join(', ');
    report(`round ${round}: ${rounded(ours.at(-1) ?? NaN)} identities/s; bare creates/s: ${bare}`);
  }
  const [count, baseline] = [...rival]
    .map(([at, rates]) => [at, median(rates)] as const)
    .reduce((best, each) => (each[1] > best[1] ? each : best));
  const value = median(ours);
  return {
    name: 'fabric.identities.grouped',
    value: rounded(value),
    unit: '/s',
    baseline: rounded(baseline),
    ratio: rounded(value / baseline),
    note: `${callers} callers; bare one-key creates, best of ${bareCallers.join(', ')} callers (${count}); ${rounds} interleaved rounds`,
  };
}

async function single({ register, create }: FabricNetwork, report: Report): Promise<Result> {
  const ours: number[] = [];
  const rival: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    rival.push(await timeOf(create));
    ours.push(await timeOf(register));
  }
  const [value, baseline] = [median(ours), median(rival)];
  report(`one command alone ${rounded(value)} ms, one bare create alone ${rounded(baseline)} ms`);
  return {
    name: 'fabric.command.single.p50',
    value: rounded(value),
    unit: 'ms',
    baseline: rounded(baseline),
    ratio: rounded(value / baseline),
    note: `${pairs} of each, alternating; one bare create alone`,
  };
}
