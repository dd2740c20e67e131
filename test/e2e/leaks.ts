import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Hit } from '#test/byteScan.ts';
import { writeNarrowPack } from '#test/countries/narrowPack.ts';
import { clearPatternsOf, leakPatternsOf } from '#test/leakPatterns.ts';
import { canariesOf, canaryOf, consentCanaries, newCanaries, type Planted } from './canaries.ts';
import { liveThrough, type Lived, type Living } from './life.ts';
import { plinth, startNode, type Place } from './plinth.ts';
import { scanFiles, scanTables } from './stores.ts';

/** A ledger to be searched. */
export type SearchedGround = {
  /** Where a node of the civil registry runs, all of whose files lie below `folder`. */
  readonly openPlace: (folder: string) => Promise<Place>;
  /** Ends everything that runs and leaves the files. */
  readonly stop: (folder: string) => Promise<void>;
  /** Where the node's database lies below the folder. */
  readonly database: string;
  /** Files that hold every public fact, as patterns of their paths below the folder: the search must find a name there. */
  readonly publicStores: readonly RegExp[];
  /** Logs that hold something whatever happens, with a text that must be found in each. */
  readonly logs: readonly (readonly [RegExp, string])[];
};

/** Plants a value of every kind, lets people live with it, stops everything, and searches every byte that is left. */
export function describeLeaks(ground: SearchedGround): void {
  let root = '';
  let files: readonly Hit[] = [];
  let tables: readonly Hit[] = [];
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'plinth-leaks-'));
    ({ files, tables } = await searched(ground, root));
  }, 900_000);
  afterAll(() => rm(root, { recursive: true, force: true }));
  const filesWith = (mark: string) => files.filter(({ pattern }) => pattern.startsWith(mark)).map(({ file }) => file);

  describe('a search through every byte of a registry in which people have lived', () => {
    it('finds what was planted in public in every kind of store', () => {
      const found = filesWith(publicMark);
      expect(ground.publicStores.filter((store) => !found.some((file) => store.test(file)))).toEqual([]);
      const where = tables.filter(({ pattern }) => pattern.startsWith(publicMark)).map(({ file }) => file);
      expect(where).toEqual(expect.arrayContaining(['table store.events', 'table model.relying_parties']));
    });

    it('reads every log', () => {
      const read = filesWith(logMark);
      expect(logsOf(ground).filter(([log]) => !read.some((file) => log.test(file)))).toEqual([]);
    });

    it('finds no private value: in clear, escaped, encoded, or hashed without a key', () => {
      const isControl = ({ pattern }: Hit) => pattern.startsWith(publicMark) || pattern.startsWith(logMark);
      expect([...files, ...tables].filter((hit) => !isControl(hit))).toEqual([]);
    });
  });
}

const [publicMark, logMark] = ['public:', 'log:'];
// What left the node is searched like what stayed.
const logsOf = ({ logs }: SearchedGround) => [...logs, [/^told\.json$/, '"type":"consent.given"'] as const];

async function searched(ground: SearchedGround, root: string) {
  const folder = join(root, 'everything');
  const planted = newCanaries();
  const publicName = `Clinic ${randomBytes(15).toString('base64url')}`;
  await writeNarrowPack(join(root, 'country'), publicName);
  const { environment, options } = await ground.openPlace(folder);
  const place = { environment: { ...environment, PLINTH_COUNTRY: join(root, 'country'), LOG_LEVEL: 'trace' }, options };
  const { id, number, terms, told } = await lifeAt(place, folder, planted).finally(() => ground.stop(folder));
  await writeFile(join(folder, 'told.json'), JSON.stringify(told));
  const canaries = [...canariesOf(planted), canaryOf('identityNumber', number), ...consentCanaries(id, terms)];
  const patterns = [
    ...canaries.flatMap(leakPatternsOf),
    ...clearPatternsOf(publicMark, publicName),
    ...logsOf(ground).flatMap(([, text]) => clearPatternsOf(logMark, text)),
  ];
  const tables = await scanTables(join(folder, ground.database), patterns);
  return { tables, files: await scanFiles(folder, patterns) };
}

async function lifeAt(place: Place, folder: string, planted: Planted): Promise<Lived> {
  if (place.options.includes('fabric')) await plinth(place, 'network', 'up');
  const node = await startNode(place, '--no-people');
  try {
    const token: Living['token'] = (...who) => plinth(place, 'token', ...who, ...place.options);
    return await liveThrough({ url: node.url, planted, token });
  } finally {
    await node.kill('SIGTERM');
    await writeFile(join(folder, 'gateway.log'), node.output());
  }
}
