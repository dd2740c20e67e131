import { X509Certificate, createPrivateKey, type KeyObject } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import type { Certified, Role } from './certificates.ts';
import type { MspKeys } from './mspKeys.ts';
import { signLowS } from './signing.ts';

/** Somebody who can sign: `identity` is the serialised MSP identity that goes with the signature. */
export type Signer = {
  readonly agency: string;
  readonly identity: Uint8Array;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
};

/** Whose signature it is, and what that holder may be. */
type Identity = { readonly agency: string; readonly role: Role; readonly publicKey: KeyObject };

/** The identities of a channel by their serialised form. Fabric checks certificate chains; here only our own certificates exist. */
export type Identities = { readonly find: (serialised: Uint8Array) => Identity | undefined };

/** Who signs with a certificate and its key. */
export function signerOf(agency: string, { certificate, key }: Certified): Signer {
  const privateKey = createPrivateKey(key);
  return { agency, identity: serialise(agency, certificate), sign: (bytes) => signLowS(privateKey, bytes) };
}

/** The name under which Fabric knows a certificate: MSP id and PEM. */
export function serialise(agency: string, certificate: string): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(agency);
  identity.setIdBytes(Buffer.from(certificate));
  return identity.serializeBinary();
}

/** A certificate that may sign on this channel. */
export type Holder = { readonly agency: string; readonly role: Role; readonly certificate: string };

/** Everybody who may sign: each agency's node and peer, and the orderer. */
export function holdersOf({ agencies, orderer }: MspKeys): readonly Holder[] {
  const own = Object.entries(agencies).flatMap(([agency, { node, peer }]): Holder[] => [
    { agency, role: 'client', certificate: node.certificate },
    { agency, role: 'peer', certificate: peer.certificate },
  ]);
  return [...own, { agency: orderer.agency, role: 'orderer', certificate: orderer.certificate }];
}

/** Makes these holders findable. */
export function identitiesOf(holders: readonly Holder[]): Identities {
  const known = new Map<string, Identity>();
  for (const { agency, role, certificate } of holders) {
    const { publicKey } = new X509Certificate(certificate);
    known.set(keyOf(serialise(agency, certificate)), { agency, role, publicKey });
  }
  return { find: (serialised) => known.get(keyOf(serialised)) };
}

function keyOf(serialised: Uint8Array): string {
  return Buffer.from(serialised).toString('latin1');
}
