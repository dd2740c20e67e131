import { describe, expect, it } from '@jest/globals';
import { JestReport, whatFailed } from './jestReport.ts';

const counts = {
  numPassedTests: 1,
  numFailedTests: 2,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};
const failuresOf = (testResults: readonly object[]) =>
  whatFailed(JestReport.parse({ ...counts, testResults }), '/clone');

describe('what a stage says of its failed tests', () => {
  it('names file and test, and tells a cause that tests share once', () => {
    const assertionResults = [
      { fullName: 'a scene is set', failureMessages: ['Error: nobody came\n    at scene.ts'] },
      { fullName: 'a scene passes', failureMessages: [] },
      { fullName: 'a scene ends', failureMessages: ['Error: nobody came\n    at scene.ts', 'Error: no end'] },
    ];
    expect(failuresOf([{ name: '/clone/test/scene.test.ts', message: 'all of it', assertionResults }])).toEqual([
      'test/scene.test.ts › a scene is set\n    Error: nobody came\n        at scene.ts',
      'test/scene.test.ts › a scene ends\n    Error: no end',
    ]);
  });

  it('tells of a file that could not be loaded', () => {
    const results = [{ name: '/clone/broken.test.ts', message: 'SyntaxError: no', assertionResults: [] }];
    expect(failuresOf(results)).toEqual(['broken.test.ts\n    SyntaxError: no']);
  });

  it('tells of a file whose tests passed and that failed all the same', () => {
    const assertionResults = [{ fullName: 'it works', failureMessages: [] }];
    const results = [{ name: '/clone/untidy.test.ts', message: 'Error: still running', assertionResults }];
    expect(failuresOf(results)).toEqual(['untidy.test.ts\n    Error: still running']);
  });

  it('cuts a long text, and says so', () => {
    const failureMessages = [Array.from({ length: 50 }, (_, line) => `line ${line}`).join('\n')];
    const results = [
      { name: '/clone/long.test.ts', message: '', assertionResults: [{ fullName: 'long', failureMessages }] },
    ];
    expect(failuresOf(results)[0]).toMatch(/line 29\n {4}… 20 more lines$/);
  });
});
