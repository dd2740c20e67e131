import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { madeTables, withTables } from './tables.ts';

// `node test/securityPage/write.ts`: writes the tables that are made from the code into docs/security.md.
const page = fileURLToPath(new URL('../../docs/security.md', import.meta.url));
const text = withTables(readFileSync(page, 'utf8'), madeTables());
writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
