import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registrarName, withAuthority, type Authority } from './ca/authority.ts';
import type { Applicant, Kind } from './ca/authorityConfig.ts';
import { newKey } from './ca/certificateRequest.ts';
import { layoutOf, type AgencyLayout, type IdentityLayout } from './layout.ts';
import { readIdentity, writeIdentity, writeMsp, writeWhole } from './msp.ts';
import type { NetworkOptions } from './options.ts';

type Agency = { readonly name: string; readonly peer: boolean; readonly orderer: boolean };

/** Somebody of an agency who gets a certificate, and where it is kept; nodes get one for TLS too. */
export type Member = {
  readonly name: string;
  readonly kind: Kind;
  readonly layout: IdentityLayout & { readonly tls?: TlsLayout };
};
type TlsLayout = { readonly certificate: string; readonly key: string; readonly root: string };

/** Everybody of an agency who has a certificate. */
export function membersOf({ peer, orderer }: Omit<Agency, 'name'>, layout: AgencyLayout): readonly Member[] {
  return [
    { name: registrarName, kind: 'client', layout: layout.registrar },
    { name: 'admin', kind: 'admin', layout: layout.admin },
    { name: 'gateway', kind: 'client', layout: layout.client },
    ...(peer ? [{ name: 'peer', kind: 'peer' as const, layout: layout.peer }] : []),
    ...(orderer ? [{ name: 'orderer', kind: 'orderer' as const, layout: layout.orderer }] : []),
  ];
}

/** Has an agency's own authority certify all of its members: one authority, and so one MSP, for orderer, peer and clients. */
export async function makeCertificates(program: string, directory: string, agency: Agency): Promise<void> {
  const layout = layoutOf(directory).agency(agency.name);
  const members = membersOf(agency, layout).map((member) => ({ ...member, secret: randomBytes(24).toString('hex') }));
  const place = { program, agency: agency.name, home: layout.authority };
  await withAuthority(place, members, async (authority) => {
    writeMsp(layout.msp, authority.root);
    await Promise.all(members.map(async (member) => enrol(authority, member)));
  });
}

/** Has an agency's authority certify one member more; its registrar asks. */
export async function addMember(program: string, directory: string, agency: string, member: Member): Promise<void> {
  const layout = layoutOf(directory).agency(agency);
  const applicant = { ...member, secret: randomBytes(24).toString('hex') };
  await withAuthority({ program, agency, home: layout.authority }, [], async (authority) => {
    await authority.register(readIdentity(layout.registrar), applicant);
    await enrol(authority, applicant);
  });
}

/** Certifies one member for the first time, with new keys. */
async function enrol(authority: Authority, member: Member & Applicant): Promise<void> {
  const { name, layout } = member;
  const certify = async (use: 'signing' | 'tls') => {
    const key = newKey();
    return { key, certificate: await authority.certify(member, { name, key, use }) };
  };
  writeIdentity(layout, authority.root, await certify('signing'));
  if (layout.tls === undefined) return;
  const { key, certificate } = await certify('tls');
  writeWhole(layout.tls.key, key, 0o600);
  writeWhole(layout.tls.certificate, certificate);
  writeWhole(layout.tls.root, authority.root);
}

/** Makes the registry key once and puts it into the keystore of every agency that runs the chaincode, and nowhere else. */
export function makeKeystores(directory: string, agencies: NetworkOptions['agencies']): void {
  const registryKey = randomBytes(32).toString('base64url');
  for (const { name, peer } of agencies) {
    const { keystore } = layoutOf(directory).agency(name);
    mkdirSync(keystore, { recursive: true, mode: 0o700 });
    if (peer) writeFileSync(join(keystore, 'registry.key'), registryKey, { mode: 0o600 });
  }
}
