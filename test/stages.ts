import { globSync } from 'node:fs';

/** One stage of `npm test`: a check (counts as one) or a set of jest test files (counts by tests). */
export type Stage = {
  readonly name: string;
  /** What the stage really runs on. */
  readonly on: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Test files for jest; absent for a check. */
  readonly files?: readonly string[];
};

const checks: readonly Stage[] = [
  { name: 'format', on: 'the sources', program: 'prettier', args: ['--check', '.'] },
  { name: 'lint', on: 'the sources', program: 'eslint', args: ['.', '--max-warnings', '0'] },
  { name: 'types', on: 'the sources', program: 'tsc', args: ['--noEmit'] },
  { name: 'unused', on: 'the sources', program: 'knip', args: [] },
];

type TestKind = { readonly name: string; readonly on: string; readonly workers: number; readonly holds: RegExp };

// The first kind that fits takes the file, and the last one takes every file: no test can fall between two stages.
// A whole network shares the machine with what tests it, one at a time; everything else has folders and ports of its own, and
// two files of it run beside each other.
const testKinds: readonly TestKind[] = [
  {
    name: 'network',
    on: 'Fabric 3.1.1, four SmartBFT orderers, three peers',
    workers: 1,
    holds: /^network\/.*\.int\.test\.ts$|^ledger\/fabric\/.*\.int\.test\.ts$|^test\/.*\/fabric[^/]*\.test\.ts$/,
  },
  {
    name: 'embedded',
    on: 'the embedded ledger, with nodes and PostgreSQL as they are started',
    workers: 2,
    holds: /^test\/.*\/|^ledger\/embedded\/.*\.int\.test\.ts$/,
  },
  {
    name: 'database',
    on: 'PostgreSQL, and the embedded ledger where a test asks for one',
    workers: 2,
    holds: /\.int\.test\.ts$/,
  },
  { name: 'unit', on: 'nothing but the code', workers: 2, holds: /./ },
];

/** All stages in the order in which they run: cheap ones first, the network last. */
export function findStages(folder: string): readonly Stage[] {
  const exclude = ['node_modules/**', '.plinth/**', '.network/**', 'bench/rivals/**'];
  const files = globSync('**/*.test.ts', { cwd: folder, exclude }).sort();
  const kindOf = (file: string) => testKinds.find(({ holds }) => holds.test(file));
  const suites = testKinds.map((kind) => ({
    name: kind.name,
    on: kind.on,
    program: 'node',
    args: jestArguments(kind.workers),
    files: files.filter((file) => kindOf(file) === kind),
  }));
  return [...checks, ...suites.reverse()];
}

function jestArguments(workers: number): readonly string[] {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  return [...jest, workers === 1 ? '--runInBand' : `--maxWorkers=${workers}`, '--runTestsByPath'];
}
