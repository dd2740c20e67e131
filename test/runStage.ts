import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { JestReport, whatFailed } from './jestReport.ts';
import type { Stage } from './stages.ts';

/** What came of a stage. `failures`: each that its report tells of, with its cause, to be read after everything else. */
export type StageResult = Counts & { readonly seconds: number };

type Counts = { readonly passed: number; readonly failed: number; readonly failures: readonly string[] };

const longestStageMs = 40 * 60_000;

/** Runs a stage with its output straight on ours, and counts. */
export async function runStage(stage: Stage, folder: string): Promise<StageResult> {
  const begun = performance.now();
  const counts = stage.files === undefined ? await runCheck(stage, folder) : await runTests(stage, folder);
  return { ...counts, seconds: (performance.now() - begun) / 1000 };
}

const oneFailed: Counts = { passed: 0, failed: 1, failures: [] };

async function runCheck({ program, args }: Stage, folder: string): Promise<Counts> {
  return (await succeeds(program, args, folder)) ? { passed: 1, failed: 0, failures: [] } : oneFailed;
}

async function runTests({ program, args, files = [] }: Stage, folder: string): Promise<Counts> {
  if (files.length === 0) {
    console.error('there is no test file for this stage');
    return oneFailed;
  }
  const temporary = await mkdtemp(join(tmpdir(), 'plinth-test-'));
  try {
    const report = join(temporary, 'report.json');
    const succeeded = await succeeds(program, [...args, ...files, '--json', `--outputFile=${report}`], folder);
    const told = JestReport.parse(JSON.parse(await readFile(report, 'utf8')));
    return { ...count(told, succeeded), failures: whatFailed(told, folder) };
  } catch (error) {
    console.error('jest left no report that can be read:', error);
    return oneFailed;
  } finally {
    await rm(temporary, { recursive: true });
  }
}

function count(report: JestReport, succeeded: boolean): Omit<Counts, 'failures'> {
  const notRun = report.numPendingTests + report.numTodoTests;
  if (notRun > 0) console.error(`${notRun} tests were skipped; a skipped test counts as failed`);
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites + notRun;
  const nothingRan = report.numPassedTests + failed === 0;
  // Jest can also fail without a failed test: an error after the last one, a worker that died.
  return { passed: report.numPassedTests, failed: failed === 0 && (nothingRan || !succeeded) ? 1 : failed };
}

async function succeeds(program: string, args: readonly string[], folder: string): Promise<boolean> {
  const compiled = join(folder, 'node_modules', '.cache', 'plinth');
  const path = [join(folder, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  const child = spawn(program, args, {
    cwd: folder,
    // Jest reports on stderr; its stdout is the JSON report, which goes to a file as well.
    stdio: ['ignore', args.includes('--json') ? 'ignore' : 'inherit', 'inherit'],
    // Hundreds of processes begin with the same code.
    env: {
      NODE_COMPILE_CACHE: compiled,
      ...process.env,
      PATH: path,
      ...(!process.stderr.isTTY && { NO_COLOR: '1', FORCE_COLOR: undefined }),
    },
    signal: AbortSignal.timeout(longestStageMs),
  });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${program} ended before its time:`, error.message);
      resolve(false);
    });
    child.on('exit', (code) => resolve(code === 0));
  });
}
