import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { AgencyDescription } from './description.ts';
import { membersOf, type Member } from './keys.ts';
import { layoutOf } from './layout.ts';

const day = 24 * 60 * 60 * 1000;

/** Everybody of an agency who has a certificate now; as its gateway the client that it is at present. */
export function certifiedMembers(directory: string, agency: AgencyDescription): readonly Member[] {
  const { name, peer, orderer, client } = agency;
  const layout = layoutOf(directory).agency(name);
  const running = { peer: peer !== undefined, orderer: orderer !== undefined };
  return membersOf(running, { ...layout, client: { ...layout.client, ...client } })
    .filter((member) => existsSync(member.layout.certificate))
    .map((member) => ({ ...member, name: nameIn(member.layout.certificate) }));
}

/** The name under which the authority knows the holder. */
function nameIn(file: string): string {
  return /^CN=(.+)$/m.exec(new X509Certificate(readFileSync(file)).subject)?.[1] ?? '';
}

/** Whole days until the first of a member's certificates expires; negative when it has. */
export function daysLeft({ layout }: Member): number {
  const files = [layout.certificate, ...(layout.tls === undefined ? [] : [layout.tls.certificate])];
  const ends = files.map((file) => new X509Certificate(readFileSync(file)).validToDate.getTime());
  return Math.floor((Math.min(...ends) - Date.now()) / day);
}
