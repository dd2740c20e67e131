import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseNote } from '#ledger/log/note.ts';
import { plinth, startNode, type Place, type RunningNode } from '#test/e2e/plinth.ts';
import { eventually } from '#test/eventually.ts';
import { agencies } from '#test/registry.ts';
import { buildLogcheck } from './logcheck.ts';

const minutes = 60_000;
type AgencyNode = RunningNode & { readonly agency: string; readonly place: Place };
let folder: string;
let logcheck: ReturnType<typeof buildLogcheck>;
const nodes: AgencyNode[] = [];

const placeOf = (agency: string): Place => ({
  environment: { PLINTH_DATA: join(folder, agency), PLINTH_NETWORK: join(folder, 'network') },
  options: ['--ledger', 'fabric', '--agency', agency],
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-log-'));
  logcheck = buildLogcheck(folder);
  await plinth(placeOf('civil-registry'), 'network', 'up');
  for (const agency of agencies) nodes.push({ ...(await startNode(placeOf(agency))), agency, place: placeOf(agency) });
}, 10 * minutes);

afterAll(async () => {
  await Promise.all(nodes.map(({ kill }) => kill('SIGTERM')));
  await plinth(placeOf('civil-registry'), 'network', 'down');
  await rm(folder, { recursive: true });
}, 5 * minutes);

const read = async ({ url }: RunningNode, path: string) => (await fetch(`${url}${path}`)).text();
const namesUnder = (note: string) => parseNote(note).signatures.map(({ name }) => name);

describe('the nodes of three agencies on a real network', () => {
  it('serve one checkpoint, under which other agencies have signed as well', async () => {
    const notes = await eventually(async () => {
      const served = await Promise.all(nodes.map((node) => read(node, '/log/checkpoint')));
      expect(new Set(served.map((note) => parseNote(note).text)).size).toBe(1);
      for (const note of served) expect(namesUnder(note)).toHaveLength(1 + agencies.length);
      return served;
    }, minutes);
    const [origin = ''] = parseNote(notes[0] ?? '').text.split('\n');
    for (const note of notes)
      expect(new Set(namesUnder(note))).toEqual(new Set([origin, ...agencies.map((agency) => `${origin}/${agency}`)]));
    expect(new Set(notes.map((note) => parseNote(note).signatures[0]?.keyId)).size).toBe(agencies.length);
  });

  it('each serve a log that Tessera and Go’s tlog accept, with the keys that another node names', async () => {
    for (const [index, node] of nodes.entries()) {
      const [key = ''] = (await read(node, '/log/keys')).split('\n');
      const [, ...cosigners] = (await read(nodes[(index + 1) % nodes.length] ?? node, '/log/keys'))
        .trimEnd()
        .split('\n');
      const token = await plinth(node.place, 'token', 'auditor', ...node.place.options);
      const verdict = await logcheck(
        ...['-log', `${node.url}/log/`, '-authorization', `Bearer ${token}`, '-origin', key.split('+')[0] ?? ''],
        ...['-key', key, '-cosigners', cosigners.join(','), '-cosigned', '3'],
      );
      expect(verdict).toEqual({ code: 0, said: expect.stringMatching(/^accepted: \d+ entries/) });
    }
  });

  it('have nothing to say against each other', async () => {
    for (const node of nodes)
      expect(JSON.parse(await read(node, '/ready'))).toMatchObject({ ready: true, log: 'ready' });
  });
});
