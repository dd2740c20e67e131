import { join } from 'node:path';
import { settingsOf } from '#cli/settings.ts';
import { consentingPeople } from './askedPeople.ts';
import { consentedQueries } from './consentedQueries.ts';
import type { Measurement, Report, Result } from './measurement.ts';
import { commandOf, processTree, residentMegabytes } from './processTree.ts';
import { startNode } from './startedNode.ts';
import { median, rounded } from './statistics.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const starts = 3;

/** A node on the embedded ledger with the demo's people, started by `npm start`: how soon, how large, how fast it answers. */
export const runningNode: Measurement = {
  part: 'node',
  names: ['start.ready', 'memory.embedded.1k', 'query.consented', 'query.consented.p99'],
  run: async function* (report) {
    await using folder = await temporaryFolder();
    const data = join(folder.path, 'data');
    yield await startReady(data, report);
    const settings = settingsOf({ ledger: 'embedded' }, { PLINTH_DATA: data });
    const numbers = await consentingPeople(settings);
    const node = await startNode(data);
    try {
      yield await memory(node.pid);
      yield* consentedQueries({ url: node.url, partyFolder: settings.partyFolder }, numbers, report);
    } finally {
      await node.stop();
    }
  },
};

async function startReady(data: string, report: Report): Promise<Result> {
  const seconds: number[] = [];
  for (let start = 0; start <= starts; start += 1) {
    const node = await startNode(data);
    await node.stop();
    seconds.push(node.seconds);
    report(
      `${start === 0 ? 'on a new folder, people imported' : 'on that folder'}: ready in ${rounded(node.seconds)} s`,
    );
  }
  const [fresh = NaN, ...later] = seconds;
  const note = `\`npm start\` on the data of 1,000 people, of ${starts}; on a new folder, importing them, ${rounded(fresh)} s`;
  return { name: 'start.ready', value: rounded(median(later)), unit: 's', note };
}

async function memory(pid: number): Promise<Result> {
  const parts = await Promise.all(
    (await processTree(pid)).map(async (each) => ({
      isNode: (await commandOf(each)).includes('cli/main.ts'),
      isPostgres: /postgres/.test((await commandOf(each))[0] ?? ''),
      size: await residentMegabytes(each),
    })),
  );
  const sum = (of: (part: (typeof parts)[number]) => boolean) =>
    parts.filter(of).reduce((total, { size }) => total + size, 0);
  const [all, node, postgres] = [sum(() => true), sum(({ isNode }) => isNode), sum(({ isPostgres }) => isPostgres)];
  const note = `proportional set size of all processes of \`npm start\`, when ready: node ${rounded(node)}, PostgreSQL ${rounded(postgres)}, npm ${rounded(all - node - postgres)}`;
  return { name: 'memory.embedded.1k', value: rounded(all), unit: 'MB', note };
}
