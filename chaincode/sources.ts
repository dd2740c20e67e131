import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Hash of the sources that decide what the chaincode answers, in the repository at this folder; tests left out. */
export function hashOfSources(repository: string): string {
  const hash = createHash('sha256');
  const files = globSync(['chaincode/**/*.ts', 'domain/**/*.ts', 'package-lock.json'], { cwd: repository });
  for (const file of files.filter((each) => !each.endsWith('.test.ts')).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(repository, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** The hash of the sources that a package id stands for: it is the end of the package's label. */
export function agreedHash(packageId: string): string | undefined {
  return /_([0-9a-f]{64}):/.exec(packageId)?.[1];
}

/**
 * Throws unless the sources at this folder are those that the package id stands for. This stops mistakes, not malice:
 * who wants to run other code leaves out the question.
 */
export function demandAgreedSources(packageId: string, repository: string): void {
  const agreed = agreedHash(packageId);
  const own = hashOfSources(repository);
  if (agreed === own) return;
  throw new Error(
    `ERR_OTHER_CODE: the agencies agreed on chaincode ${agreed ?? packageId}, these sources are ${own}; ` +
      '`npm run network -- upgrade` has them agree on these',
  );
}
