import { detailSchema, partyDetailSchema, type JsonSchema } from '#domain/notice/jsonSchema.ts';
import { noticeTypes, noticeUri, vocabulary, type NoticeType } from '#domain/notice/vocabulary.ts';

/** `docs/events.schema.json`: the JSON Schema of every type's details, by `$id`. */
export function schemaFile(): string {
  const schemas = noticeTypes.flatMap((type) => [detailSchema(type), partyDetailSchema(type)].filter(isGiven));
  const $defs = Object.fromEntries(schemas.map((schema) => [String(schema['$id']), schema]));
  return `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', $defs }, null, 2)}\n`;
}

/** The page with the table and the details of the vocabulary in their places. Throws where a place is missing. */
export function withVocabulary(page: string): string {
  const parts = { types: typeTable(), details: noticeTypes.map(detailOf).join('\n\n') };
  return Object.entries(parts).reduce((text, [name, part]) => {
    const place = new RegExp(`(<!-- made: ${name} -->)[\\s\\S]*?(<!-- end -->)`);
    if (!place.test(text)) throw new Error(`the page has no place for ${name}`);
    return text.replace(place, (_all, begin: string, end: string) => `${begin}\n\n${part}\n\n${end}`);
  }, page);
}

function typeTable(): string {
  const rows = noticeTypes.map((type) => {
    const { version, meaning } = vocabulary[type];
    return `| \`${type}\` | ${version} | ${meaning} | ${partyDetailSchema(type) === undefined ? '' : 'yes'} |`;
  });
  return ['| type | version | meaning | parties are told |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function detailOf(type: NoticeType): string {
  const party = partyDetailSchema(type);
  const lines = [
    `### ${type}`,
    '',
    `\`${noticeUri(type)}\``,
    '',
    `- Agencies and auditors: ${fieldsOf(detailSchema(type))}`,
    `- Relying parties: ${party === undefined ? 'not told' : fieldsOf(party)}`,
  ];
  return lines.join('\n');
}

function fieldsOf({ properties, required }: JsonSchema): string {
  const demanded = new Set(Array.isArray(required) ? required : []);
  const fields = Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>); // of an object's schema
  if (fields.length === 0) return 'that it happened, and nothing more';
  return fields
    .map(([name, schema]) => `\`${name}\`${demanded.has(name) ? '' : ' (may be absent)'}${note(schema)}`)
    .join(', ');
}

function note({ description }: JsonSchema): string {
  return typeof description === 'string' ? ` – ${description}` : '';
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined;
}
