import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '#domain/errorCode.ts';

const held = new Set<string>();

/** Takes a directory for this process: two writers would tear the chain. A lock whose process is gone counts for nothing. */
export async function lockDirectory(directory: string): Promise<{ readonly release: () => Promise<void> }> {
  const path = join(directory, 'lock');
  if (held.has(path)) throw new Error('ERR_LEDGER_IN_USE: this ledger is open already, in this process');
  held.add(path);
  try {
    if (!(await take(path))) await takeOver(path);
  } catch (error) {
    held.delete(path);
    throw error;
  }
  return {
    release: async () => {
      await rm(path, { force: true });
      held.delete(path);
    },
  };
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function takeOver(path: string): Promise<void> {
  const owner = Number(await readFile(path, 'utf8'));
  // In a container that starts anew the dead owner may have had our own number.
  if (owner !== process.pid && isAlive(owner))
    throw new Error(
      `ERR_LEDGER_IN_USE: this ledger is open in process ${owner}, and an embedded ledger belongs to one; ` +
        `end that one first (Ctrl-C where it runs, or kill ${owner})`,
    );
  await rm(path, { force: true });
  if (!(await take(path))) throw new Error('ERR_LEDGER_IN_USE: another process has just opened this ledger');
}

function isAlive(process_: number): boolean {
  if (!Number.isInteger(process_) || process_ <= 0) return false;
  try {
    return process.kill(process_, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM'; // alive, and not ours
  }
}
