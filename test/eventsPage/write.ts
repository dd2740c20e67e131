import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { schemaFile, withVocabulary } from './page.ts';

// `node test/eventsPage/write.ts`: writes the vocabulary of the domain into docs/events.md and docs/events.schema.json.
const page = fileURLToPath(new URL('../../docs/events.md', import.meta.url));
const schemas = fileURLToPath(new URL('../../docs/events.schema.json', import.meta.url));
const style = await resolveConfig(page);
writeFileSync(page, await format(withVocabulary(readFileSync(page, 'utf8')), { ...style, parser: 'markdown' }));
writeFileSync(schemas, await format(schemaFile(), { ...style, parser: 'json' }));
