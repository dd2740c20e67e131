import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { unreachable } from '#domain/unreachable.ts';
import type { Reader } from './committedState.ts';
import type { Endorsement, Endorser } from './endorser.ts';
import type { ChildSetting, FromEndorser, ToEndorser } from './endorserMessages.ts';

type Place = { readonly timeZone: string; readonly locale: string };
type Task = {
  readonly reader: Reader;
  readonly settle: (endorsement: Endorsement) => void;
  readonly fail: (cause: Error) => void;
};

/** An agency that endorses in a process of its own, somewhere else in the world; the ledger answers its reads. */
export function forkEndorser(setting: ChildSetting, place: Place): Endorser {
  const tasks = new Map<number, Task>();
  const child = fork(fileURLToPath(new URL('endorserProcess.ts', import.meta.url)), {
    env: { ...process.env, TZ: place.timeZone, LC_ALL: place.locale },
    execArgv: ['--no-warnings'],
    serialization: 'advanced',
  });
  const tell = (message: ToEndorser): void => {
    if (child.connected) child.send(message);
  };
  child.on('message', (message: FromEndorser) => void answer(message, tasks, tell)); // the only sender is our endorserProcess
  child.on('exit', () => {
    for (const { fail } of tasks.values()) fail(gone(setting.agency));
    tasks.clear();
  });
  tell({ kind: 'start', setting });
  let last = 0;
  return {
    agency: setting.agency,
    endorse: (proposal, reader) =>
      new Promise((settle, fail) => {
        if (!child.connected) throw gone(setting.agency);
        last += 1;
        tasks.set(last, { reader, settle, fail });
        tell({ kind: 'endorse', task: last, proposal });
      }),
    close: () => end(child),
  };
}

async function answer(
  message: FromEndorser,
  tasks: Map<number, Task>,
  tell: (message: ToEndorser) => void,
): Promise<void> {
  const task = tasks.get(message.task);
  if (task === undefined) return;
  switch (message.kind) {
    case 'read':
    case 'readHash': {
      const stored = await task.reader[message.kind](message.collection, message.key);
      tell({ kind: 'value', question: message.question, stored });
      return;
    }
    case 'endorsed':
      tasks.delete(message.task);
      task.settle(message.endorsement);
      return;
    case 'refused':
      tasks.delete(message.task);
      task.fail(new Error(message.message));
      return;
    default:
      return unreachable(message);
  }
}

function gone(agency: string): Error {
  return new Error(`the endorser of ${agency} has ended`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  if (child.connected) child.disconnect();
  await exit;
}
