import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { IdentityLayout } from './layout.ts';

const root = join('cacerts', 'ca.pem');
const kindOf = (kind: string) => ({ Certificate: root, OrganizationalUnitIdentifier: kind });

// Fabric tells by the OU of a certificate what its holder may be.
const nodeOus = {
  NodeOUs: {
    Enable: true,
    ClientOUIdentifier: kindOf('client'),
    PeerOUIdentifier: kindOf('peer'),
    AdminOUIdentifier: kindOf('admin'),
    OrdererOUIdentifier: kindOf('orderer'),
  },
};

/** Writes an MSP folder that knows the agency's root, for identities and for TLS, and nobody's key. */
export function writeMsp(folder: string, rootCertificate: string): void {
  writeWhole(join(folder, root), rootCertificate);
  writeWhole(join(folder, 'tlscacerts', 'ca.pem'), rootCertificate);
  writeWhole(join(folder, 'config.yaml'), stringify(nodeOus, { aliasDuplicateObjects: false }));
}

/** Writes the MSP folder of one identity: what the agency's has, and its own certificate and key. */
export function writeIdentity(layout: IdentityLayout, rootCertificate: string, own: Certified): void {
  writeMsp(layout.msp, rootCertificate);
  writeWhole(layout.key, own.key, 0o600);
  writeWhole(layout.certificate, own.certificate);
}

/** What proves who somebody is, as it was written before. */
export function readIdentity(layout: IdentityLayout): Certified {
  return { certificate: readFileSync(layout.certificate, 'utf8'), key: readFileSync(layout.key, 'utf8') };
}

/** A certificate with its private key, both in PEM. */
export type Certified = { readonly certificate: string; readonly key: string };

/** Replaces a file in one step, so that whoever reads it at that moment gets the old or the new one. */
export function writeWhole(file: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.draft`, content, { mode });
  renameSync(`${file}.draft`, file);
}
