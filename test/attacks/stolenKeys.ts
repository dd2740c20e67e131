import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signerOf, type Signer } from '#ledger/embedded/identities.ts';
import { layoutOf, type IdentityLayout } from '#network/layout.ts';

/** Everything an agency has of its own on the network: what a malicious one can sign with. */
export type AgencyKeys = { readonly peer: Signer; readonly client: Signer; readonly admin: Signer };

/** Reads the keys of an agency out of the network's folder. */
export function keysOf(directory: string, agency: string): AgencyKeys {
  const { peer, client, admin } = layoutOf(directory).agency(agency);
  return { peer: signer(agency, peer), client: signer(agency, client), admin: signer(agency, admin) };
}

function signer(agency: string, { certificate, key }: IdentityLayout): Signer {
  return signerOf(agency, { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') });
}

/** The key under which the agency's chaincode hashes what must be unique. */
export function registryKeyOf(directory: string, agency: string): Uint8Array {
  const { keystore } = layoutOf(directory).agency(agency);
  return Buffer.from(readFileSync(join(keystore, 'registry.key'), 'utf8').trim(), 'base64url');
}
