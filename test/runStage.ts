import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as z from 'zod';
import type { Stage } from './stages.ts';

/** What came of a stage. */
export type StageResult = { readonly passed: number; readonly failed: number; readonly seconds: number };

// The part of jest's JSON report that says what happened; a test that did not run is not one that passed.
const JestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  numRuntimeErrorTestSuites: z.int(),
});

const longestStageMs = 40 * 60_000;

/** Runs a stage with its output straight on ours, and counts. */
export async function runStage(stage: Stage, folder: string): Promise<StageResult> {
  const begun = performance.now();
  const counts = stage.files === undefined ? await runCheck(stage, folder) : await runTests(stage, folder);
  return { ...counts, seconds: (performance.now() - begun) / 1000 };
}

type Counts = Pick<StageResult, 'passed' | 'failed'>;
const oneFailed: Counts = { passed: 0, failed: 1 };

async function runCheck({ program, args }: Stage, folder: string): Promise<Counts> {
  return (await succeeds(program, args, folder)) ? { passed: 1, failed: 0 } : oneFailed;
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
    return count(JestReport.parse(JSON.parse(await readFile(report, 'utf8'))), succeeded);
  } catch (error) {
    console.error('jest left no report that can be read:', error);
    return oneFailed;
  } finally {
    await rm(temporary, { recursive: true });
  }
}

function count(report: z.infer<typeof JestReport>, succeeded: boolean): Counts {
  const notRun = report.numPendingTests + report.numTodoTests;
  if (notRun > 0) console.error(`${notRun} tests were skipped; a skipped test counts as failed`);
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites + notRun;
  const nothingRan = report.numPassedTests + failed === 0;
  // Jest can also fail without a failed test: an error after the last one, a worker that died.
  return { passed: report.numPassedTests, failed: failed === 0 && (nothingRan || !succeeded) ? 1 : failed };
}

async function succeeds(program: string, args: readonly string[], folder: string): Promise<boolean> {
  const path = [join(folder, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  const child = spawn(program, args, {
    cwd: folder,
    // Jest reports on stderr; its stdout is the JSON report, which goes to a file as well.
    stdio: ['ignore', args.includes('--json') ? 'ignore' : 'inherit', 'inherit'],
    env: { ...process.env, PATH: path, ...(!process.stderr.isTTY && { NO_COLOR: '1', FORCE_COLOR: undefined }) },
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
