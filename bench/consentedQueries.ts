import autocannon from 'autocannon';
import { readParty } from '#cli/demoContent.ts';
import { partyToken } from '#cli/partyToken.ts';
import { question } from './askedPeople.ts';
import { startClearRival } from './clearRival.ts';
import type { Report, Result } from './measurement.ts';
import { median, rounded } from './statistics.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const connections = 50;
const rounds = 3;
const seconds = 3;

const query = `query ($number: String!) {
  identity(by: { number: $number }, purpose: ${question.purpose}, claims: [${question.attributes
    .map((attribute) => `{ attribute: ${attribute}, essential: true }`)
    .join(', ')}]) {
    ... on Released { attributes { ${question.attributes.join(' ')} } withheld { attribute reason } accessId signature }
    ... on Refused { code reason }
  }
}`;

type Rate = { readonly perSecond: number; readonly p99: number };

/** Queries per second and their slowest hundredth at a running node, against answers that lie ready in clear. */
export async function* consentedQueries(
  node: { readonly url: string; readonly partyFolder: string },
  numbers: readonly string[],
  report: Report,
): AsyncGenerator<Result> {
  const token = await partyToken(await readParty(node.partyFolder, question.party), node.url);
  const ours = numbers.map((number) => ({
    method: 'POST' as const,
    path: '/graphql',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { number } }),
  }));
  const answers = new Map<string, string>();
  for (const [index, number] of numbers.entries()) {
    const { path = '', ...init } = ours[index] ?? {};
    answers.set(number, released(await (await fetch(`${node.url}${path}`, init)).text()));
  }
  await using folder = await temporaryFolder();
  await using rival = await startClearRival(folder.path, answers);
  const theirs = numbers.map((number) => ({ method: 'GET' as const, path: `/person/${number}` }));

  const rates: { ours: Rate; theirs: Rate }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = { theirs: await load(rival.url, theirs), ours: await load(node.url, ours) };
    const shown = `${rounded(pair.ours.perSecond)} queries/s, p99 ${pair.ours.p99} ms; in clear ${rounded(pair.theirs.perSecond)}/s, p99 ${pair.theirs.p99} ms`;
    report(`${round === 0 ? 'warm-up' : `round ${round}`}: ${shown}`);
    if (round > 0) rates.push(pair);
  }
  yield* figures(rates);
}

function* figures(rates: readonly { readonly ours: Rate; readonly theirs: Rate }[]): Generator<Result> {
  const middle = (of: (pair: (typeof rates)[number]) => number) => median(rates.map(of));
  const note = `${connections} connections, ${question.attributes.length} attributes, signed, access record durable; bare node:http with the answers in clear`;
  const rate = [middle(({ ours }) => ours.perSecond), middle(({ theirs }) => theirs.perSecond)] as const;
  yield { name: 'query.consented', unit: '/s', ...compared(...rate), note };
  const slowest = [middle(({ ours }) => ours.p99), middle(({ theirs }) => theirs.p99)] as const;
  yield { name: 'query.consented.p99', unit: 'ms', ...compared(...slowest), note };
}

function compared(value: number, baseline: number): Pick<Result, 'value' | 'baseline' | 'ratio'> {
  return { value: rounded(value), baseline: rounded(baseline), ratio: rounded(value / baseline) };
}

async function load(url: string, requests: autocannon.Request[]): Promise<Rate> {
  const result = await autocannon({ url, connections, duration: seconds, requests });
  const { errors, non2xx, mismatches, requests: answered, latency } = result;
  if (errors + non2xx + mismatches > 0)
    throw new Error(`${errors} errors and ${non2xx} refusals among ${answered.total} queries`);
  return { perSecond: answered.average, p99: latency.p99 };
}

/** A query that was refused would be answered faster, so every person is asked about once before it counts. */
function released(body: string): string {
  if (!body.includes('"accessId"')) throw new Error(`the node does not release: ${body.slice(0, 300)}`);
  return body;
}
