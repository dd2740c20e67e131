import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { madeTables, tableOn } from './tables.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs', 'security.md'), 'utf8');
const tables = madeTables();

describe('docs/security.md', () => {
  // Where this fails: node test/securityPage/write.ts
  it.each(Object.keys(tables))('prints the table %s as the code has it', (name) => {
    expect(tableOn(page, name)).toEqual(tables[name]);
  });

  it('says what every field of an event tells', () => {
    expect(tableOn(page, 'envelope').filter((cells) => cells.includes(''))).toEqual([]);
  });

  it('names only tests that are there', () => {
    const named = [...page.matchAll(/`((?:[\w-]+\/)+[\w.]+\.ts)`/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((file) => globSync(file, { cwd: root }).length === 0)).toEqual([]);
  });
});
