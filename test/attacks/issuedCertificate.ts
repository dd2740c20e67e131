import 'reflect-metadata'; // @peculiar/x509 wants it first
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { layoutOf } from '#network/layout.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const attributes = '1.2.3.4.5.6.7.8.1'; // where Fabric CA writes the attributes of a holder

/** What a malicious authority may write into a certificate: anything. */
export type Wish = {
  readonly commonName: string;
  readonly organization?: string;
  readonly units: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
};

/** Has the agency's own authority issue what was wished for; a certificate and its key, both in PEM. */
export async function issue(
  directory: string,
  agency: string,
  wish: Wish,
): Promise<{ readonly certificate: string; readonly key: string }> {
  const authority = await authorityOf(directory, agency);
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [
      { O: [wish.organization ?? agency] },
      ...wish.units.map((OU) => ({ OU: [OU] })),
      { CN: [wish.commonName] },
    ],
    issuer: authority.certificate.subject,
    notBefore: authority.certificate.notBefore, // Fabric checks the chain as of then
    notAfter: new Date(Date.now() + 86_400_000),
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
      ...(wish.attributes === undefined
        ? []
        : [new x509.Extension(attributes, false, Buffer.from(JSON.stringify({ attrs: wish.attributes })))]),
    ],
  });
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
}

/** The agency's root with its private key, wherever its authority's program keeps it. */
async function authorityOf(directory: string, agency: string) {
  const { authority, msp } = layoutOf(directory).agency(agency);
  const certificate = readFileSync(join(msp, 'cacerts', 'ca.pem'), 'utf8');
  const { publicKey } = new X509Certificate(certificate);
  const found = globSync('**/*_sk', { cwd: authority })
    .map((file) => createPrivateKey(readFileSync(join(authority, file))))
    .find((key) => createPublicKey(key).equals(publicKey));
  if (found === undefined) throw new Error(`the authority of ${agency} has no key`);
  const key = found.export({ format: 'der', type: 'pkcs8' });
  return {
    certificate: new x509.X509Certificate(certificate),
    key: await crypto.subtle.importKey('pkcs8', key, algorithm, false, ['sign']),
  };
}
