import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runStage, type StageResult } from './runStage.ts';
import { findStages, type Stage } from './stages.ts';

// `npm test`: every stage, one after another, whatever became of the one before; `-- --only unit,lint` runs some of them.
const folder = fileURLToPath(new URL('..', import.meta.url));
const stages = chosen(findStages(folder), process.argv.slice(2));

const results: { readonly stage: Stage; readonly result: StageResult }[] = [];
for (const [index, stage] of stages.entries()) {
  console.log(`\n[${index + 1}/${stages.length}] ${stage.name} (${stage.on})`);
  const result = await runStage(stage, folder);
  console.log(`[${index + 1}/${stages.length}] ${lineOf(stage, result)}`);
  results.push({ stage, result });
}

const sum = (of: 'passed' | 'failed') => results.reduce((total, { result }) => total + result[of], 0);
console.log('\nWhat ran:');
for (const { stage, result } of results) console.log(`  ${lineOf(stage, result)}  on ${stage.on}`);
const failures = results.flatMap(({ result }) => result.failures);
if (failures.length > 0) console.log(`\nWhat failed:\n${failures.map((each) => `  ${each}`).join('\n')}`);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 && results.length > 0 ? 0 : 1;

function chosen(all: readonly Stage[], args: readonly string[]): readonly Stage[] {
  const { values } = parseArgs({ args: [...args], options: { only: { type: 'string' } } });
  if (values.only === undefined) return all;
  const names = values.only.split(',');
  const unknown = names.filter((name) => !all.some((stage) => stage.name === name));
  if (unknown.length > 0)
    throw new Error(`no stage ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`);
  return all.filter(({ name }) => names.includes(name));
}

function lineOf({ name }: Stage, { passed, failed, seconds }: StageResult): string {
  const verdict = failed === 0 ? 'ok    ' : 'FAILED';
  return `${verdict} ${name.padEnd(9)} ${passed} passed and ${failed} failed in ${seconds.toFixed(1)} s`;
}
