import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { pino, type Logger } from 'pino';
import type { DemoContent } from '#country/loadDemo.ts';
import { errorCode } from '#domain/errorCode.ts';
import { createGateway, type Gateway } from '#gateway/server.ts';
import { demoOptions, ensureConsents, ensurePartners } from './demoContent.ts';
import { markNode } from '#network/nodeMark.ts';
import { importInto, summaryOf } from './import.ts';
import { openNode, type Node } from './node.ts';
import { withNodeOptions } from './nodeOptions.ts';
import { demoOffices } from './offices.ts';
import { importedIdentity } from './people/enrol.ts';
import { checkFile } from './people/importFile.ts';
import type { Registry } from './registry.ts';
import { settingsOf, SettingsFault, type NodeOptions, type Settings } from './settings.ts';

/** `plinth start`: a node with its gateway, until it is told to stop. */
export function startCommand(): Command {
  return withNodeOptions(
    new Command('start')
      .description('start a node: ledger, database and gateway at one address')
      .option('--no-people', 'leave the people of the demo out')
      .action(run),
  ).addHelpText(
    'after',
    `
Examples:
  npm start                                          the demo country on the embedded ledger
  npm start -- --ledger fabric --agency civil-registry   after: npm run network -- up
  PLINTH_COUNTRY=./my-country npm start              a country pack of your own`,
  );
}

type StartOptions = NodeOptions & { readonly people: boolean };

async function run(options: StartOptions): Promise<void> {
  const settings = settingsOf(options);
  const logger = pino({ level: process.env['LOG_LEVEL'] ?? 'warn' }, pino.destination(2)); // stdout is for people
  await checkPort(settings.port);
  const stopSignal = untilStopped();
  const prepare = (registry: Registry) => showDemo(settings, registry, options.people);
  const node = await openNode(settings, { logger, prepare });
  if (settings.ledger === 'fabric') markNode(settings.networkFolder, node.registry.agency);
  try {
    await serve(settings, { ...node, logger, stopSignal });
  } finally {
    await node.close();
  }
}

type Serving = Node & { readonly logger: Logger; readonly stopSignal: Promise<string> };

async function serve(settings: Settings, { registry, logger, stopSignal, ...node }: Serving): Promise<void> {
  const { country, ledger } = registry;
  const { port } = settings;
  const parts = {
    country,
    ledger,
    logger,
    ...node,
    offices: await demoOffices(settings, registry),
    nodes: settings.nodes,
  };
  const gateway = await createGateway({ ...parts, port }).catch(explainPort(port));
  try {
    const { kind } = await ledger.status();
    if (!(await hasCaughtUp(gateway, stopSignal))) return;
    if (kind === 'embedded') console.log('embedded ledger: one machine, no fault tolerance, not for production');
    if (await isStranger(registry)) console.log(strangerHint(registry.agency));
    console.log(`ready at ${gateway.url} (GraphQL and a page to try it: ${gateway.url}/graphql)`);
    console.log(`${await stopSignal}: stopping`);
  } finally {
    await gateway.close();
  }
}

/** Whether the registry has not admitted this node's agency: it may read what is public, and states nothing. */
async function isStranger({ ledger, agency }: Registry): Promise<boolean> {
  return (await ledger.head(`agency-${agency}`)) === undefined;
}

const strangerHint = (agency: string) =>
  `${agency} is not admitted to the registry: this node reads along and anchors nothing; see npx plinth enter --help`;

/** However long it takes: a node that was restored may have a lot to read before it serves. False when it is stopped before. */
async function hasCaughtUp({ caughtUp }: Gateway, stopSignal: Promise<string>): Promise<boolean> {
  const stopped = new AbortController();
  void stopSignal.then(() => stopped.abort());
  while (!stopped.signal.aborted) {
    try {
      await caughtUp();
      return true;
    } catch {
      await pause(100, undefined, { signal: stopped.signal }).catch(() => undefined); // /ready says what it waits for
    }
  }
  return false;
}

/** Before ledger and database are opened and a demo's people imported: all that would have been for nothing. */
async function checkPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(port, '127.0.0.1', resolve);
  }).catch(explainPort(port));
  await new Promise((resolve) => probe.close(resolve));
}

function explainPort(port: number) {
  return (error: unknown): never => {
    if (errorCode(error) !== 'EADDRINUSE') throw error;
    throw new SettingsFault(`port ${port} is taken; PORT=${port + 1} npm start takes another`);
  };
}

/** Fills a demo country once: partners on every ledger, people and their consents on an embedded one of its own. */
async function showDemo(settings: Settings, registry: Registry, withPeople: boolean): Promise<void> {
  const options = demoOptions(registry, settings.partyFolder);
  if (options === undefined) return;
  await ensurePartners(options);
  const done = join(settings.dataFolder, 'demo', 'people-imported');
  if (settings.ledger === 'fabric') return tellOfPeople(registry, options.content);
  if (!withPeople || existsSync(done)) return;
  const rejectedFile = join(dirname(done), 'people.rejected.csv');
  await mkdir(dirname(done), { recursive: true });
  const people = await checkFile(options.content.people, registry.country);
  console.log(summaryOf(await importInto(registry, people, rejectedFile), rejectedFile));
  await ensureConsents(options);
  await writeFile(done, '');
}

/** On a network nobody comes in by themselves: several nodes would bring the same people at once. */
async function tellOfPeople(
  { ledger, registryKey, agency }: Registry,
  { residents, people }: DemoContent,
): Promise<void> {
  const [resident] = Object.values(residents);
  if (resident === undefined || registryKey === undefined) return;
  const known = await ledger.head(`identity-${importedIdentity(registryKey, resident.enrolmentId)}`);
  if (known !== undefined) return;
  console.log(`no people yet: npx plinth import ${relative('', people)} --ledger fabric --agency ${agency}`);
}

function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
  });
}
