import { benchNetwork } from './fabricNetwork.ts';
import { rateUnder } from './load.ts';
import type { Measurement, Report, Result } from './measurement.ts';
import { median, rounded } from './statistics.ts';

const warmUp = 300;
const rounds = 3;
const load = { callers: 300, rampMs: 1000, windowMs: 3000 };

/** What private data cost on the network: the same registrations with the values in clear, in public, against ours. */
export const privateCost: Measurement = {
  part: 'private',
  names: ['fabric.private.cost'],
  run: async function* (report) {
    await using network = await benchNetwork({ name: 'open', server: 'openServer.ts' });
    report('the network is up, with the registry and the one that keeps no secrets');
    const sealed = await network.registryOn(network.description.chaincode);
    yield await measure({ sealed, open: await network.registryOn('open') }, report);
  },
};

type Registering = { readonly sealed: () => Promise<unknown>; readonly open: () => Promise<unknown> };

async function measure({ sealed, open }: Registering, report: Report): Promise<Result> {
  for (const register of [sealed, open]) await Promise.all(Array.from({ length: warmUp }, register));
  const rates = { open: [] as number[], sealed: [] as number[] };
  for (let round = 1; round <= rounds; round += 1) {
    rates.open.push(await rateUnder(load, open));
    rates.sealed.push(await rateUnder(load, sealed));
    const [without, ours] = [rates.open, rates.sealed].map((each) => rounded(each.at(-1) ?? NaN));
    report(`round ${round}: ${without}/s without private data, ${ours}/s with`);
  }
  const [value, baseline] = [median(rates.open), median(rates.sealed)];
  return {
    name: 'fabric.private.cost',
    value: rounded(value),
    unit: '/s',
    baseline: rounded(baseline),
    ratio: rounded(value / baseline),
    note: `identities with their values in clear in the public state (value), over sealed ones in private data (baseline); the same rules, signatures and unique values; ${load.callers} callers, ${rounds} interleaved rounds`,
  };
}
