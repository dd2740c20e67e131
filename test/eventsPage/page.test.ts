import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { format } from 'prettier';
import { schemaFile, withVocabulary } from './page.ts';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
const written = { printWidth: 120, singleQuote: true } as const;

// Where this fails: node test/eventsPage/write.ts
describe('docs/events.md', () => {
  it('has the vocabulary of the domain', async () => {
    const page = read('events.md');
    expect(page).toBe(await format(withVocabulary(page), { parser: 'markdown', ...written }));
  });

  it('comes with the JSON Schema of every type', () => {
    expect(JSON.parse(read('events.schema.json'))).toEqual(JSON.parse(schemaFile()));
  });
});
