import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Command as Order } from '#domain/envelope.ts';
import { signAuthority } from '#domain/seal/authority.ts';
import { beginNodeKeyRotation, endNodeKeyRotation } from '#projections/nodeKeys.ts';
import { rewrapContentKeys } from '#projections/rewrap.ts';
import { ensureTransportKey } from '#projections/transportKeys.ts';
import { withNodeOptions } from '../nodeOptions.ts';
import { commandOf } from '../orders.ts';
import { openRegistry, type Registry } from '../registry.ts';
import { keystoreFolder, settingsOf, SettingsFault, type NodeOptions } from '../settings.ts';
import { SigningKey } from '../signingKey.ts';
import { transportKeyOf } from './agencyOnLedger.ts';
import { withKeys } from './openKeys.ts';

/** `plinth keys rotate`: a new transport key for the agency, or a new key-encryption key for the node. */
export function rotateCommand(): Command {
  return new Command('rotate')
    .description('put a new key in the place of one in use')
    .addCommand(transportCommand())
    .addCommand(nodeCommand());
}

type OfficerOptions = NodeOptions & { readonly officer?: string; readonly officerKey?: string };

function transportCommand(): Command {
  return withNodeOptions(
    new Command('transport')
      .description('begin the next epoch of the key that private values are sealed for')
      .option('--officer <id>', 'the administrator who orders it (a demo signs by itself)')
      .option('--officer-key <file>', "that officer's private key, an ES256 JWK")
      .action(rotateTransport),
  ).addHelpText(
    'after',
    `
The new key is on this machine's disk before the ledger hears of it. A running node takes it up by itself; the former
key goes on opening what was sealed for it until \`plinth keys retire\`. Back up transport.json afterwards.`,
  );
}

async function rotateTransport(options: OfficerOptions): Promise<void> {
  const settings = settingsOf(options);
  const registry = await openRegistry(settings);
  try {
    const { agency, ledger } = registry;
    const now = await transportKeyOf(ledger, agency);
    const { epoch, publicKey } = await ensureTransportKey(keystoreFolder(settings, agency), now.epoch + 1);
    const fact = { type: 'RotateTransportKey', data: { epoch, key: publicKey } };
    const order = { ...commandOf(`agency-${agency}`, fact), seen: now.version };
    const outcome = await ledger.submit({ command: await signed(registry, order, options) });
    if ('refused' in outcome) throw new Error(`${outcome.refused}: ${outcome.reason}`);
    console.log(
      `${agency} is in epoch ${epoch}: values are sealed for its new transport key from block ${outcome.block} on`,
    );
  } finally {
    await registry.close();
  }
}

async function signed(
  { sign, channel }: Registry,
  order: Order,
  { officer, officerKey }: OfficerOptions,
): Promise<Order> {
  if (officer !== undefined && officerKey !== undefined) {
    const key = SigningKey.parse(JSON.parse(await readFile(officerKey, 'utf8')));
    return signAuthority(channel, order, { officer, key });
  }
  if (sign === undefined)
    throw new SettingsFault('an administrator orders this: name one with --officer and --officer-key');
  return sign(order, 'administrator');
}

function nodeCommand(): Command {
  return withNodeOptions(
    new Command('node').description("wrap every content key under a new key of this node's own").action(rotateNode),
  ).addHelpText(
    'after',
    `
May be interrupted and repeated: it goes on where it stopped. With DATABASE_URL the node may go on serving meanwhile;
the embedded database belongs to one process, so stop the node. Back up node.json afterwards.`,
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
