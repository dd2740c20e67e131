import 'reflect-metadata'; // @peculiar/x509 wants it first
import { randomBytes } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const years = 20; // the keys never leave one machine's data folder, so there is nobody to hand a successor to

/** A certificate and its private key (PKCS #8), both in PEM. */
export type Certified = { readonly certificate: string; readonly key: string };
/** What Fabric reads from the OU of a certificate: what its holder may be. */
export type Role = 'client' | 'peer' | 'orderer';

/** A certificate authority that can still issue. */
export type Authority = Certified & {
  readonly issue: (name: string, role: Role) => Promise<Certified>;
};

/** Makes an agency's certificate authority. */
export async function makeAuthority(agency: string): Promise<Authority> {
  const keys = await newKeys();
  const name = subject(`ca.${agency}`, agency);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: serialNumber(), name, keys, signingAlgorithm: algorithm, ...validity() },
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate: root.toString('pem'),
    key: await pemOf(keys.privateKey),
    issue: (holder, role) => issue({ root, signingKey: keys.privateKey }, subject(`${holder}.${agency}`, agency, role)),
  };
}

// Named after what it returns: the types of WebCrypto are Node's or the DOM's, depending on what else is compiled with this.
const newKeys = () => crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
type PrivateKey = Awaited<ReturnType<typeof newKeys>>['privateKey'];

type Issuer = { readonly root: x509.X509Certificate; readonly signingKey: PrivateKey };

async function issue({ root, signingKey }: Issuer, name: x509.JsonName): Promise<Certified> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serialNumber(), subject: name, issuer: root.subject, ...validity() },
    ...{ publicKey: keys.publicKey, signingKey, signingAlgorithm: algorithm },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(root),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

function subject(commonName: string, organization: string, role?: Role): x509.JsonName {
  return [{ O: [organization] }, ...(role === undefined ? [] : [{ OU: [role] }]), { CN: [commonName] }];
}

function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  const notBefore = new Date(Date.now() - 60 * 60 * 1000); // clocks of a machine may be set back
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + years);
  return { notBefore, notAfter };
}

function serialNumber(): string {
  return `4${randomBytes(15).toString('hex').slice(1)}`; // positive, and without a leading zero
}

async function pemOf(key: PrivateKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}
