import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { ChannelConfig, type Change } from './channelGroups.ts';
import type { Place } from './deploy.ts';
import type { NetworkDescription } from './description.ts';
import { ordererFlags } from './leader.ts';
import { peerCommand } from './peerCommand.ts';
import { runTool } from './runTool.ts';
import { until } from './until.ts';

const attempts = 3;
const patience = 20_000; // longer than a change of the leader takes

const ConfigBlock = z.object({
  data: z.object({
    data: z.tuple([z.object({ payload: z.object({ data: z.object({ config: ChannelConfig }) }) })]),
  }),
});

/** A change, and the agency whose own affair it is, which then has to sign too. */
type Update = { readonly change: Change; readonly of?: string };

/**
 * Changes the channel's configuration: signed by the administrators of a majority of the agencies, ordered like any
 * transaction, in force from its block on. Does nothing where there is nothing to change.
 */
export async function updateChannel(place: Place, description: NetworkDescription, update: Update): Promise<void> {
  const drafts = mkdtempSync(join(tmpdir(), 'plinth-update-'));
  try {
    const desk = deskIn(drafts, place, description);
    const config = await desk.fetch();
    const next = update.change(config);
    if (JSON.stringify(next) === JSON.stringify(config)) return;
    const file = await desk.difference(config, next);
    const [sender = '', ...others] = signersFor(description, config);
    for (const agency of new Set([...others, update.of ?? sender].filter((each) => each !== sender)))
      await peerCommand({ ...place, agency, settingsOf: sender }, ['channel', 'signconfigtx', '-f', file]);
    const isInForce = async () => (await desk.fetch()).sequence > config.sequence;
    await send({ ...place, agency: sender }, description, { file, isInForce });
  } finally {
    rmSync(drafts, { recursive: true, force: true });
  }
}

type Sending = { readonly file: string; readonly isInForce: () => Promise<boolean> };

/** Hands the update to the orderer that leads, and to the next one where it got lost because the leader changed just then. */
async function send(
  sender: Place & { readonly agency: string },
  description: NetworkDescription,
  { file, isInForce }: Sending,
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const flags = ['-f', file, '-c', description.channel, ...(await ordererFlags(description))];
    try {
      await peerCommand(sender, ['channel', 'update', ...flags]); // who signs it too
    } catch (error) {
      if (await isInForce()) return; // by the attempt before, meanwhile
      throw error;
    }
    if (await isSoon(isInForce)) return;
  }
  throw new Error('no orderer brought the new configuration into force');
}

async function isSoon(isInForce: () => Promise<boolean>): Promise<boolean> {
  const waiting = until('the new configuration is in force', isInForce, { every: 100, limit: patience });
  return waiting.then(
    () => true,
    () => false, // in vain
  );
}

/** Majorities of both groups must sign. All who order are members too, so those come first. */
function signersFor({ agencies }: NetworkDescription, { channel_group: { groups } }: ChannelConfig): readonly string[] {
  const majority = (group: object) => Math.floor(Object.keys(group).length / 2) + 1;
  const needed = Math.max(majority(groups.Application.groups), majority(groups.Orderer.groups));
  const able = agencies.filter(({ peer }) => peer !== undefined);
  const ordering = able.filter(({ orderer }) => orderer !== undefined);
  const others = able.filter(({ orderer }) => orderer === undefined);
  return [...ordering, ...others].slice(0, needed).map(({ name }) => name);
}

/** Fabric's tools for configurations, on files in one folder. */
function deskIn(drafts: string, place: Place, description: NetworkDescription) {
  const file = (name: string) => join(drafts, name);
  const translator = join(place.bin, 'configtxlator');
  const agency = description.endorsement.agencies[0] ?? '';
  const decode = async (type: string, input: string): Promise<unknown> => {
    await runTool(translator, ['proto_decode', '--type', type, '--input', input, '--output', `${input}.json`]);
    return JSON.parse(readFileSync(`${input}.json`, 'utf8'));
  };
  const encode = async (type: string, value: unknown, output: string): Promise<string> => {
    writeFileSync(`${output}.json`, JSON.stringify(value));
    await runTool(translator, ['proto_encode', '--type', type, '--input', `${output}.json`, '--output', output]);
    return output;
  };
  return {
    fetch: async (): Promise<ChannelConfig> => {
      const flags = ['-c', description.channel, ...(await ordererFlags(description))];
      await peerCommand({ ...place, agency }, ['channel', 'fetch', 'config', file('block'), ...flags]);
      return ConfigBlock.parse(await decode('common.Block', file('block'))).data.data[0].payload.data.config;
    },
    difference: async (config: ChannelConfig, next: ChannelConfig): Promise<string> => {
      const original = await encode('common.Config', textual(config), file('original'));
      const updated = await encode('common.Config', textual(next), file('updated'));
      const between = ['--original', original, '--updated', updated, '--output', file('difference')];
      await runTool(translator, ['compute_update', '--channel_id', description.channel, ...between]);
      const update = await decode('common.ConfigUpdate', file('difference'));
      const header = { channel_header: { channel_id: description.channel, type: 2 } }; // CONFIG_UPDATE
      const envelope = { payload: { header, data: { config_update: update } } };
      return encode('common.Envelope', envelope, file('update'));
    },
  };
}

const textual = ({ sequence, ...config }: ChannelConfig) => ({ ...config, sequence: String(sequence) });
