import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';

const parts = ['chaincode', 'domain', 'package.json', 'package-lock.json'];

/** Copies the chaincode's sources, so that they stay the same, or change, for one test alone. */
export async function copySources(repository: string, copy: string): Promise<void> {
  for (const part of parts) await cp(join(repository, part), join(copy, part), { recursive: true });
  await symlink(join(repository, 'node_modules'), join(copy, 'node_modules'));
}
