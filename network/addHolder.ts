import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './deploy.ts';
import { getAgency, getDescription, type NetworkDescription } from './description.ts';
import { agreeOnDefinition } from './endorsing.ts';
import { fabricTools } from './fabricTools.ts';
import { layoutOf } from './layout.ts';
import { stopwatch } from './stopwatch.ts';

/** An endorsing agency that shall hold the private values of these classes from now on. */
export type Holder = {
  readonly name: string;
  readonly classes: readonly string[];
  readonly report?: (line: string) => void;
};

/** Gives an agency of a running network the registry key, and has all agree that its peer gets these classes' private values. */
export async function addHolder(
  directory: string,
  { name, classes, report = () => undefined }: Holder,
): Promise<NetworkDescription> {
  const found = getDescription(directory);
  checkHolder(found, name, classes);
  const next = { ...found, classes: withHolder(found.classes, name, classes) };
  if (JSON.stringify(next.classes) === JSON.stringify(found.classes)) {
    report(`${name} holds ${classes.join(', ')} already`);
    return found;
  }
  const place: Place = { bin: await fabricTools(report), directory };
  const watch = stopwatch(report);
  handOverRegistryKey(directory, found.classes[classes[0] ?? '']?.members[0] ?? '', name);
  await watch.step('agreed on as a holder', async () => agreeOnDefinition(place, next));
  watch.total(`${name} gets the private values of ${classes.join(', ')} from now on`);
  return next;
}

function checkHolder(description: NetworkDescription, name: string, classes: readonly string[]): void {
  getAgency(description, name);
  // Nobody else is shown private values: the peers of holders endorse what is written of them.
  if (!description.endorsement.agencies.includes(name))
    throw new Error(`ERR_NOT_ENDORSING: ${name} does not endorse; only agencies that do hold private values`);
  const strange = classes.find((each) => description.classes[each] === undefined);
  if (strange !== undefined)
    throw new Error(`ERR_NO_CLASS: no class ${strange}; there are ${Object.keys(description.classes).join(', ')}`);
}

function withHolder(
  classes: NetworkDescription['classes'],
  name: string,
  joined: readonly string[],
): NetworkDescription['classes'] {
  return Object.fromEntries(
    Object.entries(classes).map(([each, { members }]) => [
      each,
      { members: joined.includes(each) ? [...new Set([...members, name])] : members },
    ]),
  );
}

// On this machine the key is copied; two agencies hand it over as docs/security.md says.
function handOverRegistryKey(directory: string, from: string, to: string): void {
  const layout = layoutOf(directory);
  const { keystore } = layout.agency(to);
  mkdirSync(keystore, { recursive: true, mode: 0o700 });
  const options = { force: false, errorOnExist: false };
  cpSync(join(layout.agency(from).keystore, 'registry.key'), join(keystore, 'registry.key'), options);
}
