import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { errorCode } from '#domain/errorCode.ts';

/** Makes a secret file that only its owner can read, unless it is there already; a crash leaves it whole or not at all. */
export async function writeOnce(file: string, content: () => string): Promise<void> {
  const draft = `${file}.${randomUUID()}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(content());
    await handle.sync();
    await link(draft, file); // unlike a rename, never replaces what another process has just made
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
}
