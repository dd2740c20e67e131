// A process that submits what a file holds and prints the id of each command as soon as it is acknowledged, until it is killed.
import { readFileSync, writeSync } from 'node:fs';
import type { Submission } from '#ledger/ledger.ts';
import { openSmallLedger } from './smallLedger.ts';

const [directory = '', file = ''] = process.argv.slice(2);
const submissions = JSON.parse(readFileSync(file, 'utf8')) as readonly Submission[]; // the test has written it
const ledger = await openSmallLedger(directory);
await Promise.all(
  submissions.map(async (submission) => {
    const answer = await ledger.submit(submission);
    if (!('refused' in answer)) writeSync(1, `${submission.command.id}\n`);
  }),
);
await ledger.close();
