import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod';

/** The part of jest's JSON report that says what happened, and why. */
export type JestReport = z.infer<typeof JestReport>;
export const JestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(), // a test that did not run is not one that passed
  numTodoTests: z.int(),
  numRuntimeErrorTestSuites: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(), // the file
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), failureMessages: z.array(z.string()) })),
    }),
  ),
});

const mostLines = 30;

/**
 * A text for each test that failed: its file, its sentence, and what was thrown. What several tests of a file failed
 * from, a `beforeAll` say, stands at the first of them only; a file that could not be loaded, or tidied up, fails as a whole.
 */
export function whatFailed({ testResults }: JestReport, folder: string): readonly string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative(folder, name);
    const failed = assertionResults.filter(({ failureMessages }) => failureMessages.length > 0);
    if (failed.length === 0 && message !== '') return [`${file}\n${shortened(message)}`];
    const told = new Set<string>();
    return failed.map(({ fullName, failureMessages }) => {
      const news = failureMessages.filter((each) => !told.has(each));
      for (const each of news) told.add(each);
      return [`${file} › ${fullName}`, ...news.map(shortened)].join('\n');
    });
  });
}

function shortened(message: string): string {
  const all = stripVTControlCharacters(message).trimEnd().split('\n');
  const lines = all.filter((line) => !/^\s+at .*(node_modules|<anonymous>\)$)/.test(line)); // jest's own frames
  const cut = lines.length > mostLines ? [`… ${lines.length - mostLines} more lines`] : [];
  return [...lines.slice(0, mostLines), ...cut].map((line) => `    ${line}`).join('\n');
}
