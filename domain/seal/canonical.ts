/**
 * RFC 8785 canonical JSON: keys in UTF-16 order, no blanks, numbers as ECMAScript prints them.
 * Properties that are undefined are left out. Throws a TypeError on what JSON cannot carry (NaN, functions, lone surrogates).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return canonicalString(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value as Members); // an object, by this line's own test
  throw new TypeError(`canonical JSON has no ${typeof value}`);
}

// Most texts; asking costs less than looking for lone surrogates and for what must be escaped.
const plain = /^[ !#-[\]-~]*$/;

function canonicalString(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError('canonical JSON has no lone surrogates');
  return JSON.stringify(text);
}

type Members = Readonly<Record<string, unknown>>;

// One text that grows, without an array of parts: everything that is hashed or signed comes through here.
function canonicalObject(members: Members): string {
  let text = '';
  for (const name of Object.keys(members).sort()) {
    const value = members[name];
    if (value === undefined) continue;
    text += `${text === '' ? '' : ','}${canonicalString(name)}:${canonicalJson(value)}`;
  }
  return `{${text}}`;
}
