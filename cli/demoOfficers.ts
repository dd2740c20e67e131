import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Role } from '#domain/agency/roles.ts';
import type { Command } from '#domain/envelope.ts';
import { signAuthority } from '#domain/seal/authority.ts';
import { writeOnce } from '#projections/keys/writeOnce.ts';
import { newSigningKey, SigningKey } from './signingKey.ts';

const OfficerFile = z.object({ officer: z.string(), roles: z.array(Role).min(1), key: SigningKey });
/** An officer of a demo country: the private key lies in the node's keystore, as no real officer's ever may. */
export type DemoOfficer = z.infer<typeof OfficerFile>;

/** The officers that every agency of a demo country has: one per role, called like it, the administrator first. */
export const demoOfficerIds: readonly string[] = Role.options;

/** Makes or reads the demo officers of one agency. */
export async function ensureDemoOfficers(keystoreFolder: string): Promise<readonly DemoOfficer[]> {
  const folder = join(keystoreFolder, 'officers');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return Promise.all(
    Role.options.map(async (role) => {
      const file = join(folder, `${role}.json`);
      await writeOnce(file, () => JSON.stringify({ officer: role, roles: [role], key: newSigningKey() }));
      return OfficerFile.parse(JSON.parse(await readFile(file, 'utf8')));
    }),
  );
}

/** Signs commands with the keys of demo officers, by officer id. */
export function demoSigner(channel: string, officers: readonly DemoOfficer[]) {
  return (command: Command, officer: string): Command => {
    const known = officers.find((each) => each.officer === officer);
    // The ledger refuses an unsigned officer's command as it would refuse a stranger's.
    return known === undefined ? command : signAuthority(channel, command, { officer, key: known.key });
  };
}
