import { Role } from '#domain/agency/roles.ts';
import { boundToAgency, permissions, type Agreement, type Permission } from '#domain/permissions.ts';
import { publicFields } from './publicFields.ts';

/** A table of the page: its header, then its rows. */
export type Table = readonly (readonly string[])[];

/** The tables of `docs/security.md` that are made from the code, by the name that stands above each of them there. */
export function madeTables(): Readonly<Record<string, Table>> {
  return { permissions: permissionTable(), envelope: envelopeTable(), events: eventTable() };
}

/** The page with these tables in their places. Throws where a place is missing. */
export function withTables(page: string, tables: Readonly<Record<string, Table>>): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    const place = placeOf(name);
    if (!place.test(text)) throw new Error(`the page has no place for the table ${name}`);
    return text.replace(place, `$1\n\n${written(table)}\n\n$3`);
  }, page);
}

/** The cells of a table as they stand on the page. Throws where there is none of this name. */
export function tableOn(page: string, name: string): Table {
  const found = placeOf(name).exec(page)?.[2];
  if (found === undefined) throw new Error(`the page has no place for the table ${name}`);
  const rows = found.split('\n').filter((line) => line.startsWith('|'));
  return rows.filter((_, index) => index !== 1).map(cellsOf);
}

const placeOf = (name: string) => new RegExp(`(<!-- made: ${name} -->)([\\s\\S]*?)(<!-- end -->)`);

function written([header = [], ...rows]: Table): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf(line: string): readonly string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

const agreements: Readonly<Record<Agreement, string>> = {
  always: 'yes',
  identification: 'for values of class identification',
  'once founded': 'once the registry is founded',
};

function permissionTable(): Table {
  const header = ['command', 'node alone', ...Role.options, 'agreed with a second agency', 'which agency'];
  const rows = Object.entries(permissions).map(
    ([type, permission]: [string, Permission & { agreement?: Agreement }]) => [
      `\`${type}\``,
      permission.by === 'node' ? 'yes' : '',
      ...Role.options.map((role) => (type === 'AdmitAgency' ? '' : cellFor(permission, role))), // it has no officers yet
      permission.agreement === undefined ? '' : agreements[permission.agreement],
      (boundToAgency as Readonly<Record<string, string>>)[type] ?? 'any', // its keys are commands of this very table
    ],
  );
  return [header, ...rows];
}

function cellFor(permission: Permission, role: Role): string {
  if (permission.by === 'agreeing officer') return 'as its order';
  return permission.by === 'node' || permission.role === role ? 'yes' : '';
}

const code = (fields: readonly string[]) =>
  fields.length === 0 ? 'none' : fields.map((each) => `\`${each}\``).join(', ');

function eventTable(): Table {
  return [
    ['noun', 'event', 'public fields of its data'],
    ...publicFields().events.map(({ noun, event, fields }) => [noun, `\`${event}\``, code(fields)]),
  ];
}

const meanings: Readonly<Record<string, string>> = {
  type: 'what happened',
  stream: 'to what: a noun and an opaque id',
  version: 'place in its stream',
  at: "the transaction's time: the creating node's clock, within two minutes of its endorsers' clocks",
  'by.agency': 'agency whose node created the transaction',
  'by.officer': 'opaque id of the officer who signed, where one did',
  command: 'id of the command, drawn at random',
  prev: "digest of the stream's previous event",
  'sealed.class': 'attribute class of the private values beside it',
  'sealed.digests[]': 'SD-JWT digest of each of them, under a salt of 128 bits; so also how many there are',
  'sealed.key': 'commitment to the key they are sealed under',
  proposal: 'id of the proposal that was carried out',
};

function envelopeTable(): Table {
  const rows = publicFields().envelope.map((field) => [`\`${field}\``, meanings[field] ?? '']);
  return [['field of every event', 'what it tells'], ...rows];
}
