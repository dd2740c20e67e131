import { Command } from 'commander';
import type { Fact } from '#domain/envelope.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { beginNodeKeyRotation, endNodeKeyRotation, nodeKeyOf, renewSigningKey } from '#projections/keys/nodeKeys.ts';
import { rewrapContentKeys } from '#projections/keys/rewrap.ts';
import { ensureTransportKey } from '#projections/keys/transportKeys.ts';
import { withNodeOptions } from '../nodeOptions.ts';
import { officerSigner, withOfficerOptions, type OfficerOptions } from '../officerSigner.ts';
import { commandOf, getCommitted } from '../orders.ts';
import { openRegistry, type Registry } from '../registry.ts';
import { keystoreFolder, settingsOf, type NodeOptions } from '../settings.ts';
import { ensureLogKey, renewLogKey } from '../logKeyFile.ts';
import { findLogKey, findNodeKey, transportKeyOf } from './agencyOnLedger.ts';
import { withKeys } from './openKeys.ts';

/** `plinth keys rotate`: a new transport or log key for the agency, or new keys of the node's own. */
export function rotateCommand(): Command {
  return new Command('rotate')
    .description('put a new key in the place of one in use')
    .addCommand(transportCommand())
    .addCommand(nodeCommand())
    .addCommand(signingCommand())
    .addCommand(logCommand());
}

const administrator = 'the administrator who orders it';

function transportCommand(): Command {
  const command = new Command('transport')
    .description('begin the next epoch of the key that private values are sealed for')
    .action(rotateTransport);
  return withNodeOptions(withOfficerOptions(command, administrator)).addHelpText(
    'after',
    `
The new key is on this machine's disk before the ledger hears of it. A running node takes it up by itself; the former
key goes on opening what was sealed for it until \`plinth keys retire\`. Back up transport.json afterwards.

Example:
  npx plinth keys rotate transport --ledger fabric --agency civil-registry`,
  );
}

async function rotateTransport(options: OfficerOptions): Promise<void> {
  await asAgency(options, async ({ agency, ledger }, folder, state) => {
    const now = await transportKeyOf(ledger, agency);
    const { epoch, publicKey } = await ensureTransportKey(folder, now.epoch + 1);
    const block = await state({ type: 'RotateTransportKey', data: { epoch, key: publicKey } });
    console.log(`${agency} is in epoch ${epoch}: values are sealed for its new transport key from block ${block} on`);
  });
}

function signingCommand(): Command {
  const command = new Command('signing')
    .description("sign this node's answers with a new key, and say so on the ledger")
    .action(rotateSigning);
  return withNodeOptions(withOfficerOptions(command, administrator)).addHelpText(
    'after',
    `
Stop the node first. Where node.json has another key than the ledger names, as after its loss, that one is stated.

Example:
  npx plinth keys rotate signing --officer o-17 --officer-key administrator.jwk`,
  );
}

async function rotateSigning(options: OfficerOptions): Promise<void> {
  await asAgency(options, async ({ agency, ledger }, folder, state) => {
    const stated = await findNodeKey(ledger, agency);
    if (canonicalJson(stated) === canonicalJson(await nodeKeyOf(folder))) await renewSigningKey(folder);
    const block = await state({ type: 'RotateNodeKey', data: { key: await nodeKeyOf(folder) } });
    console.log(`the node of ${agency} signs with its new key from block ${block} on`);
  });
}

function logCommand(): Command {
  const command = new Command('log')
    .description("sign checkpoints of the agency's logs with a new key, and say so on the ledger")
    .action(rotateLog);
  return withNodeOptions(withOfficerOptions(command, administrator)).addHelpText(
    'after',
    `
Stop the node first: one that runs goes on with the former key, which the ledger takes no more. What was cosigned with
the former key stays cosigned, and who checks such a proof needs that key: keep older files of \`audit verify --write-keys\`.
Where log.json has another key than the ledger names, as after its loss, that one is stated. Back up log.json afterwards.

Example:
  npx plinth keys rotate log --ledger fabric --agency election-office`,
  );
}

async function rotateLog(options: OfficerOptions): Promise<void> {
  await asAgency(options, async ({ agency, ledger }, folder, state) => {
    const stated = await findLogKey(ledger, agency);
    if (stated === (await ensureLogKey(folder)).publicKey) await renewLogKey(folder);
    const { publicKey } = await ensureLogKey(folder);
    const block = await state({ type: 'RotateLogKey', data: { key: publicKey } });
    console.log(`${agency} cosigns with its new log key from block ${block} on`);
  });
}

/** Says something in the stream of the own agency, as an administrator; answers the block. */
type State = (fact: Fact) => Promise<number>;

async function asAgency(
  options: OfficerOptions,
  work: (registry: Registry, folder: string, state: State) => Promise<void>,
): Promise<void> {
  const settings = settingsOf(options);
  const registry = await openRegistry(settings);
  try {
    const { agency, ledger } = registry;
    const sign = await officerSigner(registry, options, 'administrator');
    await work(registry, keystoreFolder(settings, agency), async (fact) => {
      const stream = `agency-${agency}`;
      const seen = (await ledger.head(stream))?.version ?? 0;
      return getCommitted(await ledger.submit({ command: sign({ ...commandOf(stream, fact), seen }) })).block;
    });
  } finally {
    await registry.close();
  }
}

function nodeCommand(): Command {
  return withNodeOptions(
    new Command('node').description("wrap every content key under a new key of this node's own").action(rotateNode),
  ).addHelpText(
    'after',
    `
May be interrupted and repeated: it goes on where it stopped. With DATABASE_URL the node may go on serving meanwhile;
the embedded database belongs to one process, so stop the node. Back up node.json afterwards.

Example:
  DATABASE_URL=postgres://plinth@localhost/plinth npx plinth keys rotate node`,
  );
}

async function rotateNode(options: NodeOptions): Promise<void> {
  await withKeys(options, async ({ folder, keystore, database }) => {
    await beginNodeKeyRotation(folder);
    const { rewrapped, lost } = await rewrapContentKeys({ database, keystore });
    await endNodeKeyRotation(folder);
    console.log(`${rewrapped} content keys are wrapped under the new key; the former is destroyed`);
    if (lost > 0) console.log(`${lost} were wrapped under a key that is not here: plinth keys recover`);
  });
}
