import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Measurement, Result } from './measurement.ts';
import { measurements } from './measurements.ts';
import { tableOf } from './table.ts';

// `npm run bench`: every measurement, one after another, into results.json; `-- --only embedded,query` runs some parts and
// only prints, so that the file always holds figures of one run.
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const chosen = choose(values.only?.split(','));
const begin = performance.now();
const results: Result[] = [];
const failed: string[] = [];

for (const measurement of chosen) {
  try {
    for await (const result of measurement.run((line) => say(`${measurement.part}: ${line}`))) results.push(result);
  } catch (error) {
    failed.push(...measurement.names.filter((name) => !results.some((result) => result.name === name)));
    console.error(`${measurement.part} could not be measured:`, error);
  }
}

console.log(`\n${tableOf(results)}`);
for (const name of failed) console.log(`FAILED ${name}: not measured`);
if (values.only === undefined)
  await writeFile(fileURLToPath(new URL('results.json', import.meta.url)), `${JSON.stringify(results, null, 2)}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

function choose(parts: readonly string[] | undefined): readonly Measurement[] {
  if (parts === undefined) return measurements;
  const unknown = parts.filter((name) => !measurements.some(({ part }) => part === name));
  if (unknown.length > 0)
    throw new Error(`no part ${unknown.join(', ')}; there are ${measurements.map(({ part }) => part).join(', ')}`);
  return measurements.filter(({ part }) => parts.includes(part));
}

function say(line: string): void {
  console.log(`${((performance.now() - begin) / 1000).toFixed(1).padStart(6)} s  ${line}`);
}
