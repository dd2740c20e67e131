import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Command as Order } from '#domain/envelope.ts';
import { signAuthority } from '#domain/seal/authority.ts';
import type { Registry } from './registry.ts';
import { SettingsFault, type NodeOptions } from './settings.ts';
import { SigningKey } from './signingKey.ts';

/** Options of a command that an officer orders. */
export type OfficerOptions = NodeOptions & { readonly officer?: string; readonly officerKey?: string };

/** Puts an officer's signature on an order. */
export type SignOrder = (order: Order) => Order;

/** Gives a command the options that say which officer orders it; `who` as the help names them. */
export function withOfficerOptions(command: Command, who: string): Command {
  return command
    .option('--officer <id>', `${who} (a demo signs by itself)`)
    .option('--officer-key <file>', "that officer's private key, an ES256 JWK");
}

/** What signs for the officer that the options name; in a demo, for its officer with this role. */
export async function officerSigner(
  { sign, channel }: Pick<Registry, 'sign' | 'channel'>,
  { officer, officerKey }: OfficerOptions,
  role: string,
): Promise<SignOrder> {
  if (officer !== undefined && officerKey !== undefined) {
    const key = SigningKey.parse(JSON.parse(await readFile(officerKey, 'utf8')));
    return (order) => signAuthority(channel, order, { officer, key });
  }
  if (sign === undefined) throw new SettingsFault(`an officer orders this (${role}): name --officer and --officer-key`);
  return (order) => sign(order, role);
}
