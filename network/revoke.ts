import { withAuthority } from './ca/authority.ts';
import { authorityProgram } from './ca/authorityProgram.ts';
import { withRevocations } from './channelGroups.ts';
import { updateChannel } from './channelUpdate.ts';
import { getAgency, getDescription, withAgency, writeDescription } from './description.ts';
import { fabricTools } from './fabricTools.ts';
import { addMember } from './keys.ts';
import { layoutOf } from './layout.ts';
import { readIdentity } from './msp.ts';

/** Somebody whom an agency's authority knows by this name. */
export type Identity = { readonly agency: string; readonly name: string };

/** Certifies a further client of an agency, for a second gateway or in the place of one that is revoked; answers its files. */
export async function enrolClient(
  directory: string,
  { agency, name }: Identity,
): Promise<{ readonly certificate: string; readonly key: string }> {
  getAgency(getDescription(directory), agency);
  const layout = layoutOf(directory).agency(agency).furtherClient(name);
  await addMember(await authorityProgram(() => undefined), directory, agency, { name, kind: 'client', layout });
  return { certificate: layout.certificate, key: layout.key };
}

/** Has an agency's gateway appear as another of its clients from its next start on. */
export function useClient(directory: string, { agency, name }: Identity): void {
  const description = getDescription(directory);
  const { certificate, key } = layoutOf(directory).agency(agency).furtherClient(name);
  writeDescription(
    directory,
    withAgency(description, { ...getAgency(description, agency), client: { certificate, key } }),
  );
}

/** Revokes every certificate that an agency's authority has issued to somebody, and tells the channel. */
export async function revokeIdentity(directory: string, { agency, name }: Identity): Promise<void> {
  const description = getDescription(directory);
  getAgency(description, agency);
  const { authority: home, registrar } = layoutOf(directory).agency(agency);
  const program = await authorityProgram(() => undefined);
  const list = await withAuthority({ program, agency, home }, [], async (authority) =>
    authority.revoke(readIdentity(registrar), name),
  );
  const place = { bin: await fabricTools(() => undefined), directory };
  await updateChannel(place, description, { change: withRevocations(agency, list), of: agency });
}
