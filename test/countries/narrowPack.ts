import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Json = Record<string, unknown>;

const demo = fileURLToPath(new URL('../../country/demo', import.meta.url));
const [civil, elections, social] = ['civil-registry', 'election-office', 'social-protection'];
const plain = { format: 'none', fieldCategory: 'pvt', fieldType: 'default' };

/** A class that the civil registry does not hold, and the one attribute in it. */
const foreignClass = { name: 'welfare', attribute: 'benefitCode' };

/**
 * Writes a country pack into a folder: the demo country with an attribute of every kind, and classes that different
 * agencies hold. The clinic is called `clinicName`, in public.
 */
export async function writeNarrowPack(folder: string, clinicName: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const copy = async (file: string, change: (content: Json) => Json = (content) => content): Promise<void> => {
    const content = JSON.parse(await readFile(join(demo, file), 'utf8')) as Json; // a file of the demo country, which loads
    await writeFile(join(folder, file), JSON.stringify(change(content)));
  };
  for (const file of ['pack.json', 'languages.json', 'numbers.json', 'endorsement.json', 'import.json'])
    await copy(file);
  await writeFile(join(folder, 'people.csv'), '');
  await copy('collections.json', withNarrowClasses);
  await copy('schema.json', withEveryKind);
  await copy('demo.json', (content) => ({
    ...content,
    people: 'people.csv',
    residents: {},
    parties: inside(content, 'parties', (parties) => ({
      clinic: inside(parties, 'clinic', () => ({ name: { eng: clinicName } })),
    })),
  }));
}

function withNarrowClasses({ classes }: Json): Json {
  const old = classes as Readonly<Record<string, { readonly attributes: readonly string[] }>>; // of the demo country
  return {
    classes: {
      ...old,
      contact: { members: [civil, elections], attributes: [...(old['contact']?.attributes ?? []), 'email'] },
      'biometric-reference': { members: [civil, social], types: ['biometricsType'] },
      [foreignClass.name]: { members: [elections, social], attributes: [foreignClass.attribute] },
    },
  };
}

function withEveryKind(schema: Json): Json {
  const definitions = inside(schema, 'definitions', () => ({
    documentType: { type: 'object', properties: { type: { type: 'string' }, refNumber: { type: 'string' } } },
  }));
  const attributes = {
    email: { type: 'string', ...plain, handle: true },
    schoolCode: { type: 'integer', ...plain },
    proofOfIdentity: { $ref: '#/definitions/documentType', ...plain },
    [foreignClass.attribute]: { type: 'string', ...plain },
  };
  const properties = inside(schema, 'properties', (all) => ({
    identity: inside(all, 'identity', (identity) => ({ properties: inside(identity, 'properties', () => attributes) })),
  }));
  return { ...schema, definitions, properties };
}

/** What lies under a name in an object, with some of it put anew. */
function inside(object: Json, name: string, change: (content: Json) => Json): Json {
  const content = (object[name] ?? {}) as Json; // an object in every file of the demo country
  return { ...content, ...change(content) };
}
