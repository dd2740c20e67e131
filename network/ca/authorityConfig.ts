/** What an identity may be: Fabric reads it from the OU that the authority writes into its certificates. */
export type Kind = 'client' | 'admin' | 'peer' | 'orderer';

/** Somebody an authority certifies, once, for this secret. */
export type Applicant = { readonly name: string; readonly kind: Kind; readonly secret: string };

const year = '8760h';

// What the registrar may do at the authority; on the channel its certificate is a client's like any other.
const registrarRights = { 'hf.Registrar.Roles': '*', 'hf.Revoker': true, 'hf.GenCRL': true };

/** The configuration of an agency's authority. The applicants are needed at the first start only. */
export function authorityConfig(agency: string, registrar: string, applicants: readonly Applicant[]): object {
  return {
    tls: { enabled: true },
    // Only the agency itself can start this, so who comes too late with an expired certificate may still renew it.
    ca: { name: agency, reenrollIgnoreCertExpiry: true },
    crl: { expiry: '87600h' },
    registry: {
      maxenrollments: 2, // a certificate to sign with, and one for TLS: after that the secret is worth nothing
      identities: applicants.map(({ name, kind, secret }) => ({
        ...{ name, pass: secret, type: kind, affiliation: '' },
        attrs: name === registrar ? registrarRights : {},
      })),
    },
    db: { type: 'sqlite3', datasource: 'fabric-ca-server.db' },
    affiliations: {},
    signing: {
      default: { usage: ['digital signature'], expiry: year },
      profiles: { tls: { usage: ['digital signature', 'server auth', 'client auth'], expiry: year } },
    },
    csr: {
      cn: `ca.${agency}`,
      keyrequest: { algo: 'ecdsa', size: 256 },
      names: [{ O: agency }],
      hosts: ['localhost', '127.0.0.1'],
      ca: { expiry: '131400h', pathlength: 0 },
    },
    bccsp: { default: 'SW', sw: { hash: 'SHA2', security: 256, filekeystore: { keystore: 'msp/keystore' } } },
    cfg: { identities: { passwordattempts: 10 } },
    metrics: { provider: 'disabled' },
  };
}
