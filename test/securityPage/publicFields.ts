import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** An event and every field that it carries in public, beside those of the envelope. */
type EventFields = { readonly noun: string; readonly event: string; readonly fields: readonly string[] };
/** What everybody who has the blocks can read of a fact. */
export type PublicFields = { readonly envelope: readonly string[]; readonly events: readonly EventFields[] };

/** Reads the fields out of the domain's own types: `x.y` within an object, `x[]` in a list, `x.*` under names of its own. */
export function publicFields(): PublicFields {
  const files = globSync('domain/*/events.ts', { cwd: root })
    .sort()
    .map((file) => join(root, file));
  const envelope = join(root, 'domain', 'envelope.ts');
  const program = ts.createProgram([...files, envelope], {
    ...{ strict: true, noEmit: true, exactOptionalPropertyTypes: true, allowImportingTsExtensions: true },
    ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ESNext, skipLibCheck: true, types: [] },
  });
  const checker = program.getTypeChecker();
  const exported = (file: string, name: string): ts.Type => {
    const source = program.getSourceFile(file);
    const symbol = source && checker.getSymbolAtLocation(source);
    const found = symbol && checker.getExportsOfModule(symbol).find((each) => each.name === name);
    if (found === undefined) throw new Error(`${file} exports no ${name}`);
    return checker.getDeclaredTypeOfSymbol(found);
  };
  const paths = (type: ts.Type, path = ''): readonly string[] => pathsOf(checker, type, path);
  return {
    envelope: paths(exported(envelope, 'LedgerEvent')).filter((path) => path !== 'data' && !path.startsWith('data.')),
    events: files.flatMap((file) => {
      const noun = basename(dirname(file));
      const union = exported(file, `${noun.charAt(0).toUpperCase()}${noun.slice(1)}Event`);
      return membersOf(union).map((member) => ({
        noun,
        event: literalOf(checker, propertyOf(checker, member, 'type')),
        fields: paths(propertyOf(checker, member, 'data')),
      }));
    }),
  };
}

const membersOf = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);

function propertyOf(checker: ts.TypeChecker, type: ts.Type, name: string): ts.Type {
  const symbol = type.getProperty(name);
  if (symbol === undefined) throw new Error(`an event without ${name}`);
  return checker.getTypeOfSymbol(symbol);
}

function literalOf(checker: ts.TypeChecker, type: ts.Type): string {
  if (!type.isStringLiteral()) throw new Error(`${checker.typeToString(type)} is no name of an event`);
  return type.value;
}

/** Where a value of this type holds something that is neither an object nor a list. */
function pathsOf(checker: ts.TypeChecker, type: ts.Type, path: string): readonly string[] {
  const inner = membersOf(type).filter((each) => (each.flags & ts.TypeFlags.Undefined) === 0);
  return [...new Set(inner.flatMap((each) => pathsOfOne(checker, each, path)))];
}

function pathsOfOne(checker: ts.TypeChecker, type: ts.Type, path: string): readonly string[] {
  if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0) {
    // Whatever a command of any kind may carry: the same fields as in the event that comes of it.
    const isAnything = (type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) !== 0;
    return [isAnything ? `${path} (as in the event of that order)` : path];
  }
  const element = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined; // an array is one
  if (element !== undefined) return pathsOf(checker, element, `${path}[]`);
  const named = checker.getPropertiesOfType(type).flatMap((symbol) => {
    const below = path === '' ? symbol.name : `${path}.${symbol.name}`;
    return pathsOf(checker, checker.getTypeOfSymbol(symbol), below);
  });
  const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  const isEmpty = index !== undefined && (index.flags & ts.TypeFlags.Never) !== 0;
  return index === undefined || isEmpty ? named : [...named, ...pathsOf(checker, index, `${path}.*`)];
}
