import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createNodeSigner } from '#gateway/nodeSigner.ts';
import { startDelivery } from '#gateway/webhooks/delivery.ts';
import { createPosting } from '#gateway/webhooks/post.ts';
import { createReach } from '#gateway/webhooks/reach.ts';
import { signNotice } from '#gateway/webhooks/securityEvent.ts';
import type { Measurement, Report, Result } from './measurement.ts';
import { median, percentile, rounded } from './statistics.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { happens, partyOf, personOf, startReceivers, subscribedNode } from './webhookBench.ts';
import type { Arrival, Receivers, SubscribedNode } from './webhookBench.ts';

const subscribers = 50;
const people = 2000;
const rounds = 3;
const steady = { every: 50, events: 10, steps: 60 } as const; // 200 events a second for 3 seconds
const parties = Array.from({ length: subscribers }, (_, index) => `party-${index}`);
const patience = 60_000; // ms after which the bench gives up waiting

type Times = { readonly perSecond: number; readonly p99: number };

/** Events to fifty subscribers, from the commit on; rival: bare POSTs of bodies like these to the same servers, unsigned, and nothing kept. */
export const webhookDelivery: Measurement = {
  part: 'webhook',
  names: ['webhook.delivery', 'webhook.delivery.p99'],
  run: async function* (report) {
    await using folder = await temporaryFolder();
    await using receivers = await startReceivers();
    const url = (party: string) => `http://127.0.0.1:${receivers.port}/${party}`;
    await using node = await subscribedNode(folder.path, new Map(parties.map((party) => [party, url(party)])), people);
    const signer = await createNodeSigner(node.keystore.agency, node.keystore.signingKey);
    const posting = createPosting({ reach: createReach(true), patience: 10_000 });
    const ingest = { height: () => node.heights.height, risen: node.heights.risen.bind(node.heights) };
    const catchUp = { check: () => Promise.resolve() };
    const run = startDelivery({ database: node.database, ingest, signer, posting, catchUp });
    try {
      const body = await signNotice(signer, {
        ...{ webhook: '', number: 1, notice: crypto.randomUUID(), type: 'identity.suspended' },
        ...{ subject: node.keystore.pairwise('party-0', 'x'), at: new Date().toISOString() },
        subscriber: { kind: 'party', id: 'party-0' },
      });
      yield* measure({ node, receivers, bare: barePosts(parties.map(url), body) }, report);
    } finally {
      await run.stop();
    }
  },
};

type Bed = {
  readonly node: SubscribedNode;
  readonly receivers: Receivers;
  readonly bare: (count: number) => Promise<void>;
};

async function* measure(bed: Bed, report: Report): AsyncGenerator<Result> {
  const [ours, theirs]: [Times[], Times[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const bare = await bareTimes(bed);
    const own = await ownTimes(bed, round);
    const shown = (times: Times) => `${rounded(times.perSecond)} events/s, p99 ${rounded(times.p99)} ms`;
    report(`${round === 0 ? 'warm-up' : `round ${round}`}: ${shown(own)}; bare ${shown(bare)}`);
    if (round === 0) continue;
    ours.push(own);
    theirs.push(bare);
  }
  const middle = (times: readonly Times[], of: keyof Times) => median(times.map((each) => each[of]));
  const compared = (of: keyof Times) => {
    const [value, baseline] = [middle(ours, of), middle(theirs, of)];
    return { value: rounded(value), baseline: rounded(baseline), ratio: rounded(value / baseline) };
  };
  const note = `${subscribers} subscribers, signed, queue durable; bare POSTs of the same bodies to the same servers`;
  yield {
    name: 'webhook.delivery',
    unit: '/s',
    ...compared('perSecond'),
    note: `${people} events taken in and delivered; ${note}`,
  };
  yield {
    name: 'webhook.delivery.p99',
    unit: 'ms',
    ...compared('p99'),
    note: `commit to arrival at 200 events/s; ${note}`,
  };
}

/** Everything at once, from the first commit to the last arrival; then at a steady pace, each from its commit on. */
async function ownTimes({ node, receivers }: Bed, round: number): Promise<Times> {
  await receivers.arrivals();
  const begun = Date.now();
  await node.take(Array.from({ length: people }, (_, index) => happens(index, 2 * round)));
  const all = await arrived(receivers, people);
  const perSecond = (people * 1000) / (Math.max(...all.map(([, at]) => at)) - begun);
  const committed = new Map<string, number>();
  const came: Arrival[] = [];
  for (let step = 0; step < steady.steps; step += 1) {
    const next = pause(steady.every);
    const indexes = Array.from({ length: steady.events }, (_, index) => step * steady.events + index);
    await node.take(indexes.map((index) => happens(index, 2 * round + 1)));
    const at = Date.now();
    for (const index of indexes) committed.set(node.keystore.pairwise(partyOf(index, parties), personOf(index)), at);
    await next;
    came.push(...(await receivers.arrivals()));
  }
  came.push(...(await arrived(receivers, committed.size - came.length)));
  return {
    perSecond,
    p99: percentile(
      came.map(([, at, subject]) => at - (committed.get(subject) ?? NaN)),
      0.99,
    ),
  };
}

async function bareTimes({ receivers, bare }: Bed): Promise<Times> {
  await receivers.arrivals();
  const begun = Date.now();
  await bare(people);
  const perSecond = (people * 1000) / (Date.now() - begun);
  const waits: number[] = [];
  await receivers.arrivals();
  for (let step = 0; step < steady.steps; step += 1) {
    const [next, sent] = [pause(steady.every), Date.now()];
    await bare(steady.events);
    await next;
    waits.push(...(await receivers.arrivals()).map(([, at]) => at - sent));
  }
  return { perSecond, p99: percentile(waits, 0.99) };
}

/** Waits until so many texts have come. Throws when they do not. */
async function arrived(receivers: Receivers, count: number): Promise<readonly Arrival[]> {
  const deadline = performance.now() + patience;
  const all = new Map<string, Arrival>();
  while (all.size < count) {
    if (performance.now() > deadline) throw new Error(`${all.size} of ${count} texts came`);
    for (const arrival of await receivers.arrivals()) all.set(arrival[0], arrival);
    await pause(20);
  }
  return [...all.values()];
}

/** Posts without anything around it: as many at once as deliveries may be under way. */
function barePosts(urls: readonly string[], body: string): (count: number) => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  const headers = { 'content-type': 'application/secevent+jwt', 'content-length': Buffer.byteLength(body) };
  const post = (url: string) =>
    new Promise<void>((done, failed) => {
      const sent = request(url, { method: 'POST', agent, headers }, (response) => response.resume().on('end', done));
      sent.on('error', failed).end(body);
    });
  return async (count) => {
    let next = 0;
    const sender = async () => {
      while (next < count) await post(urls[next++ % urls.length] ?? '');
    };
    await Promise.all(Array.from({ length: 128 }, sender));
  };
}
