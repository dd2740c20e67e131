import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const outside = ['node_modules/**', '.plinth/**', '.network/**', 'bench/rivals/**', 'coverage/**'];
const read = (file: string) => readFileSync(join(root, file), 'utf8');

type Import = { readonly of: string; readonly specifier: string };
type Source = { readonly file: string; readonly text: string; readonly imports: readonly Import[] };

const sources: readonly Source[] = globSync('**/*.ts', { cwd: root, exclude: outside })
  .sort()
  .map((file) => ({ file, text: read(file), imports: importsOf(file, read(file)) }));
const isTest = ({ file }: Source) => file.endsWith('.test.ts') || file.startsWith('test/');
const shipped = sources.filter((source) => !isTest(source));

function importsOf(file: string, text: string): readonly Import[] {
  const statements = text.matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]/gm,
  );
  const calls = text.matchAll(
    /\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)|\bimport\.meta\.resolve\(\s*['"]([^'"]+)['"]/g,
  );
  return [...statements, ...calls].map((found) => {
    const specifier = found[1] ?? found[2] ?? '';
    return { specifier, of: targetOf(file, specifier) };
  });
}

/** Our own file as a path from the root, or the name of a package. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1);
  if (specifier.startsWith('.')) return join(dirname(file), specifier);
  return `package ${specifier}`;
}

// What each part may import of the others, and nothing beside it; the longest name that fits a file is its part.
const arrows: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain/seal'], // its canonical bytes and digests say whether two orders are the same
  'domain/seal': ['domain'],
  country: ['domain', 'domain/seal'],
  chaincode: ['domain', 'domain/seal'],
  ledger: ['domain', 'domain/seal'],
  'ledger/blocks': ['domain/seal'],
  'ledger/log': ['domain/seal'],
  // Whether a fact was ordered and agreed to is judged by the one table of permissions, which is pure, not by a second one.
  'ledger/verify': ['ledger/blocks', 'ledger/log', 'domain', 'domain/seal'],
  'ledger/embedded': ['ledger', 'ledger/blocks', 'chaincode', 'domain', 'domain/seal'],
  'ledger/fabric': ['ledger', 'ledger/blocks', 'domain', 'domain/seal'],
  projections: ['ledger', 'ledger/blocks', 'ledger/log', 'domain', 'domain/seal'],
  gateway: ['projections', 'ledger', 'ledger/log', 'domain', 'domain/seal'],
  network: ['ledger/fabric', 'chaincode', 'domain'], // it tells a node how to reach it, in the words of the adapter, and runs the chaincode
  cli: [
    'cli/audit',
    'cli/audit/erased',
    'gateway',
    'projections',
    'ledger',
    'ledger/embedded',
    'ledger/fabric',
    'ledger/blocks',
    'ledger/log',
    'ledger/verify',
    'chaincode',
    'network',
    'country',
    'domain',
    'domain/seal',
  ],
  // What a reader copies: nothing of ours stands behind it.
  'docs/examples': [],
  // What an auditor trusts must not hang on what it judges. `audit erased` looks into a node, so it is a part of its own.
  'cli/audit': ['ledger/verify', 'ledger/log', 'ledger/blocks', 'ledger/fabric', 'network', 'domain', 'domain/seal'],
  bench: [
    'cli',
    'cli/audit',
    'gateway',
    'projections',
    'ledger',
    'ledger/embedded',
    'ledger/fabric',
    'ledger/blocks',
    'ledger/log',
    'ledger/verify',
    'chaincode',
    'network',
    'country',
    'domain',
    'domain/seal',
  ],
};

const parts: Readonly<Record<string, readonly string[]>> = {
  ...arrows,
  'cli/audit/erased': [...(arrows['cli'] ?? []), 'cli'],
};

function partOf(file: string): string {
  if (file === 'cli/audit/erased.ts') return 'cli/audit/erased';
  const fitting = Object.keys(parts).filter((part) => file.startsWith(`${part}/`));
  return fitting.sort((one, other) => other.length - one.length)[0] ?? 'no part';
}

type Arrow = { readonly file: string; readonly from: string; readonly to: string; readonly target: string };
const crossing: readonly Arrow[] = shipped.flatMap(({ file, imports }) =>
  imports
    .filter(({ of }) => !of.startsWith('package '))
    .map(({ of }) => ({ file, from: partOf(file), to: partOf(of), target: of }))
    .filter(({ from, to }) => from !== to),
);

const packagesOf = ({ imports }: Source) =>
  imports.filter(({ of }) => of.startsWith('package ')).map(({ specifier }) => specifier);

describe('the house', () => {
  it('has been read: files and their imports were found', () => {
    expect(shipped.length).toBeGreaterThan(50);
    expect(crossing.length).toBeGreaterThan(50);
  });

  it('keeps every file in a part that the design names', () => {
    expect(shipped.filter(({ file }) => partOf(file) === 'no part').map(({ file }) => file)).toEqual([]);
  });

  it('has arrows that point down only', () => {
    const wrong = crossing.filter(({ from, to }) => !(parts[from] ?? []).includes(to));
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('has no cycle between its folders', () => {
    const folderOf = (file: string) => file.split('/')[0] ?? '';
    const below = new Map<string, Set<string>>();
    for (const { file, target } of crossing)
      below.set(folderOf(file), (below.get(folderOf(file)) ?? new Set()).add(folderOf(target)));
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      [...(below.get(from) ?? [])].some((next) => {
        if (next === from || seen.has(next)) return false;
        return next === to || reaches(next, to, seen.add(next));
      });
    const cycles = [...below].flatMap(([folder, next]) =>
      [...next].filter((to) => to !== folder && reaches(to, folder)),
    );
    expect(cycles).toEqual([]);
  });

  it('loads a country pack only in the command line; everybody else is handed a Country', () => {
    const loaders = shipped.filter(
      ({ file, imports }) =>
        !/^(cli|country|bench)\//.test(file) && imports.some(({ of }) => of.startsWith('country/')),
    );
    expect(loaders.map(({ file }) => file)).toEqual([]);
  });

  it('lets nothing but tests import tests', () => {
    const wrong = shipped.filter(({ imports }) => imports.some(({ of }) => /^test\/|\.test\.ts$/.test(of)));
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });
});

describe('the domain', () => {
  it('imports zod and nothing else from outside; only its seal may use node:crypto', () => {
    const wrong = shipped
      .filter(({ file }) => file.startsWith('domain/'))
      .flatMap((source) => packagesOf(source).map((name) => ({ file: source.file, name })))
      .filter(({ file, name }) => name !== 'zod' && !(name === 'node:crypto' && file.startsWith('domain/seal/')));
    expect(wrong).toEqual([]);
  });
});

describe("the auditor's tool", () => {
  it('reaches nothing of what it judges, however long the way', () => {
    const importsOfFile = new Map(shipped.map(({ file, imports }) => [file, imports.map(({ of }) => of)]));
    const reached = new Set(['verify', 'follow', 'prove', 'export', 'check'].map((name) => `cli/audit/${name}.ts`));
    expect([...reached].filter((file) => !importsOfFile.has(file))).toEqual([]);
    for (const file of reached) for (const next of importsOfFile.get(file) ?? []) reached.add(next);
    const judged = /^(gateway|projections|chaincode|country|ledger\/embedded)\//;
    expect([...reached].filter((file) => judged.test(file))).toEqual([]);
  });
});

describe('what decodes and verifies blocks, and the log', () => {
  it('reaches no ledger, no database and no network: protobuf, X.509, cryptography and checksums only', () => {
    const allowed =
      /^(zod|node:crypto|node:buffer|node:zlib|google-protobuf(\/.*)?|@hyperledger\/fabric-protos|@peculiar\/x509|reflect-metadata)$/;
    const wrong = shipped
      .filter(({ file }) => /^ledger\/(blocks|log|verify)\//.test(file))
      .flatMap((source) => packagesOf(source).map((name) => ({ file: source.file, name })))
      .filter(({ name }) => !allowed.test(name));
    expect(wrong).toEqual([]);
  });
});

describe('a source file', () => {
  it('has at most 300 lines', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > 301);
    expect(long.map(({ file }) => file)).toEqual([]);
  });

  it('names our own files with their ending', () => {
    const wrong = sources.flatMap(({ file, imports }) =>
      imports
        .filter(({ of, specifier }) => !of.startsWith('package ') && !/\.(ts|mjs|json)$/.test(specifier))
        .map(({ specifier }) => `${file}: ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('names modules of Node with node:', () => {
    const bare = new Set(builtinModules);
    const wrong = sources.filter((source) =>
      packagesOf(source).some((name) => bare.has(name) && !name.startsWith('node:')),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it('imports other folders from the root, never by climbing', () => {
    const climbing = sources.flatMap(({ file, imports }) =>
      imports
        .filter(({ of, specifier }) => specifier.startsWith('..') && of.split('/')[0] !== file.split('/')[0])
        .map(({ specifier }) => `${file}: ${specifier}`),
    );
    expect(climbing).toEqual([]);
  });
});

describe('the repository', () => {
  const written = globSync('**/*.{ts,mjs,json,md,sql,go,yaml,graphql}', {
    cwd: root,
    exclude: [...outside, 'package-lock.json'],
  });
  // Written in pieces, so that this file does not find itself.
  const naming = (pattern: RegExp) => written.filter((file) => pattern.test(read(file)));

  it('holds no path of the machine it was written on', () => {
    expect(naming(new RegExp(String.raw`(^|[^\w.:/])/(work|home|root|Users)/\w`, 'm'))).toEqual([]);
  });

  it('refers to nothing outside itself', () => {
    expect(naming(new RegExp(['\\.\\./', 'shared'].join('')))).toEqual([]);
  });

  it('skips no test and leaves none alone', () => {
    const tests = sources.filter(({ file }) => file.endsWith('.test.ts'));
    const muted = new RegExp(
      String.raw`\b(?:describe|it|test)\.(?:on${'ly'}|sk${'ip'}|to${'do'})\b|\bx(?:it|describe|test)\(|\bf(?:it|describe)\(`,
    );
    expect(tests.filter(({ text }) => muted.test(text)).map(({ file }) => file)).toEqual([]);
  });
});
