import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { agreedHash, demandAgreedSources, hashOfSources } from './sources.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const packageId = (hash: string) => `registry_${hash}:${'0'.repeat(64)}`;
let copy = '';

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'plinth-sources-'));
  for (const part of ['chaincode', 'domain', 'package-lock.json'])
    await cp(join(repository, part), join(copy, part), { recursive: true });
});

afterAll(() => rm(copy, { recursive: true }));

describe("the chaincode's sources", () => {
  it('have the same hash wherever they lie, whatever their tests say', async () => {
    const hash = hashOfSources(copy);
    await writeFile(join(copy, 'chaincode', 'more.test.ts'), '// a test');
    expect(hashOfSources(copy)).toBe(hash);
    expect(agreedHash(packageId(hash))).toBe(hash);
    expect(() => demandAgreedSources(packageId(hash), copy)).not.toThrow();
  });

  it('are refused when a rule in them is another than the agreed one', async () => {
    const agreed = packageId(hashOfSources(copy));
    await writeFile(join(copy, 'domain', 'more.ts'), '// a rule');
    expect(() => demandAgreedSources(agreed, copy)).toThrow('ERR_OTHER_CODE');
  });

  it('are refused when the package names no code', () => {
    expect(() => demandAgreedSources('registry_1:0', copy)).toThrow('ERR_OTHER_CODE');
  });
});
