import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { BlockFileFault, recordIn } from './blockFiles.ts';

const wait = 200; // ms between two looks at a file that has not grown
const step = 4 * 1024 * 1024;

/** The blocks of an embedded ledger's file, then those that are appended to it until the signal aborts. */
export async function* followFile(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!(await stat(path)).isFile()) throw new BlockFileFault(0, 'only the file of an embedded ledger can be followed');
  const file = await open(path, 'r');
  try {
    yield* recordsOf(file, signal);
  } finally {
    await file.close();
  }
}

async function* recordsOf(file: FileHandle, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  let taken = 0; // bytes of whole records
  for (let number = 0; !signal.aborted;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(step), 0, step, taken + rest.length);
    if (bytesRead === 0) {
      const { size } = await file.stat();
      if (size < taken) throw new BlockFileFault(number, 'the file has become shorter');
      if (size < taken + rest.length) rest = Buffer.alloc(0); // a record that a crash had cut short was cut off
      await pause(wait, undefined, { signal }).catch(() => undefined);
      continue;
    }
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    for (let record = recordIn(rest, number); record !== undefined; record = recordIn(rest, number)) {
      yield record.bytes;
      rest = rest.subarray(record.end);
      taken += record.end;
      number += 1;
    }
  }
}
