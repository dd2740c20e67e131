import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDescription, ProcessRecord } from './description.ts';
import { layoutOf } from './layout.ts';
import { isRunning, thisProcess } from './processes.ts';

/** Writes down that this process is the node of an agency on the network in this folder. */
export function markNode(directory: string, agency: string): void {
  const { home } = layoutOf(directory).agency(agency);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(fileIn(home), JSON.stringify(thisProcess()));
}

/** The agencies whose node runs on this machine, as far as it has written it down. */
export function nodesAtWork(directory: string): readonly { readonly agency: string; readonly pid: number }[] {
  const agencies = findDescription(directory)?.agencies ?? [];
  return agencies.flatMap(({ name }) => {
    const file = fileIn(layoutOf(directory).agency(name).home);
    if (!existsSync(file)) return [];
    const record = ProcessRecord.parse(JSON.parse(readFileSync(file, 'utf8')));
    return isRunning(record) ? [{ agency: name, pid: record.pid }] : [];
  });
}

const fileIn = (home: string) => join(home, 'node.process.json');
