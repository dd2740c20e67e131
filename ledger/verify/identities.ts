import { X509Certificate } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { msp } from '@hyperledger/fabric-protos';
import { Discrepancy, demand, readMessage, required } from './discrepancy.ts';
import { revocationsOf, type Revocations } from './revocations.ts';
import { signatureKeyOf, type SignatureKey } from './signature.ts';

/** What the OU of a certificate lets its holder be. */
type Role = 'client' | 'peer' | 'admin' | 'orderer';

/** A certificate that one of the channel's agencies stands for. */
export type Identity = SignatureKey & {
  readonly agency: string;
  readonly role: Role;
  readonly notBefore: number;
  readonly notAfter: number;
};

/** The channel's identities by their serialised form. Throws a Discrepancy for a stranger. */
export type Identify = (serialised: Uint8Array) => Identity;

const roles: readonly Role[] = ['client', 'peer', 'admin', 'orderer'];

/** Knows whom the agencies' MSPs stand for: certificate chain, not an authority itself, exactly one role. */
export function identitiesOf(configs: readonly msp.FabricMSPConfig[]): Identify {
  const agencies = new Map(configs.map((config) => [config.getName(), authoritiesOf(config)] as const));
  const known = new Map<number, Known[]>();
  return (serialised) => {
    const checksum = crc32(serialised); // only finds what is then compared: certificates make costly keys of a map
    const alike = known.get(checksum) ?? [];
    const same = alike.find((each) => Buffer.compare(each.serialised, serialised) === 0);
    const identity = same?.identity ?? identifyOrFault(serialised, agencies);
    if (same === undefined && alike.length < mostAlike)
      known.set(checksum, [...alike, { serialised: Buffer.from(serialised), identity }]);
    if (identity instanceof Discrepancy) throw identity;
    return identity;
  };
}

const mostAlike = 4; // by chance there are no two; who makes more of them on purpose only makes work
type Known = { readonly serialised: Uint8Array; readonly identity: Identity | Discrepancy };

/** Whether the certificate was valid at this moment, in milliseconds. */
export function isValidAt({ notBefore, notAfter }: Identity, moment: number): boolean {
  return notBefore <= moment && moment <= notAfter;
}

type Authorities = {
  readonly roots: readonly X509Certificate[];
  readonly intermediates: readonly X509Certificate[];
  /** The authority whose word counts for a role; any of the agency where none is named. */
  readonly issuers: ReadonlyMap<Role, string>;
  readonly hasRoles: boolean;
  readonly revoked: Revocations;
};

function authoritiesOf(config: msp.FabricMSPConfig): Authorities {
  const units = config.getFabricNodeOus();
  const named = [
    ['client', units?.getClientOuIdentifier()],
    ['peer', units?.getPeerOuIdentifier()],
    ['admin', units?.getAdminOuIdentifier()],
    ['orderer', units?.getOrdererOuIdentifier()],
  ] as const;
  const issuers = named.flatMap(([role, unit]) => {
    const certificate = unit?.getCertificate_asU8() ?? new Uint8Array();
    return certificate.length === 0 ? [] : [[role, certificateOf(certificate).fingerprint256] as const];
  });
  return {
    roots: config.getRootCertsList_asU8().map(certificateOf),
    intermediates: config.getIntermediateCertsList_asU8().map(certificateOf),
    issuers: new Map(issuers),
    hasRoles: units?.getEnable() === true,
    revoked: revocationsOf(config.getRevocationListList_asU8()),
  };
}

function identifyOrFault(serialised: Uint8Array, agencies: ReadonlyMap<string, Authorities>): Identity | Discrepancy {
  try {
    return identify(serialised, agencies);
  } catch (error) {
    if (error instanceof Discrepancy) return error;
    throw error;
  }
}

function identify(serialised: Uint8Array, agencies: ReadonlyMap<string, Authorities>): Identity {
  const identity = readMessage((bytes) => msp.SerializedIdentity.deserializeBinary(bytes), serialised, 'an identity');
  const agency = identity.getMspid();
  const authorities = required(agencies.get(agency), `agency ${JSON.stringify(agency)}`);
  const certificate = certificateOf(identity.getIdBytes_asU8());
  demand(!certificate.ca, `an authority of ${agency} signed as if it were a node`);
  const chain = chainOf(certificate, authorities);
  demand(chain.length > 0, `a certificate in the name of ${agency} that ${agency} did not issue`);
  demand(!isRevoked([certificate, ...chain], authorities), `a certificate that ${agency} has revoked`);
  const { publicKey, validFromDate, validToDate } = certificate;
  const role = roleOf(certificate, chain, authorities);
  demand(role !== undefined, `a certificate of ${agency} without one clear role`);
  return {
    ...signatureKeyOf(publicKey),
    agency,
    role,
    notBefore: validFromDate.getTime(),
    notAfter: validToDate.getTime(),
  };
}

/** The authorities above a certificate up to a root; empty when they do not lead to one. */
function chainOf(certificate: X509Certificate, authorities: Authorities): readonly X509Certificate[] {
  const root = authorities.roots.find((each) => isIssuedBy(certificate, each));
  if (root !== undefined) return [root];
  for (const intermediate of authorities.intermediates.filter((each) => isIssuedBy(certificate, each))) {
    const rest = authorities.intermediates.filter((each) => each !== intermediate);
    const above = chainOf(intermediate, { ...authorities, intermediates: rest });
    if (above.length > 0) return [intermediate, ...above];
  }
  return [];
}

/** Whether one of these was taken back by the next, which issued it. */
function isRevoked(chain: readonly X509Certificate[], { revoked }: Authorities): boolean {
  return chain.some((certificate, index) => {
    const issuer = chain[index + 1];
    return issuer !== undefined && revoked(issuer).has(BigInt(`0x${certificate.serialNumber}`));
  });
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function roleOf(
  certificate: X509Certificate,
  chain: readonly X509Certificate[],
  { hasRoles, issuers }: Authorities,
): Role | undefined {
  if (!hasRoles) return undefined;
  const units = certificate.subject
    .split('\n')
    .filter((line) => line.startsWith('OU='))
    .map((line) => line.slice('OU='.length));
  const held = roles.filter((role) => units.includes(role));
  const [role] = held;
  if (role === undefined || held.length > 1) return undefined;
  const issuer = issuers.get(role);
  return issuer === undefined || chain.some(({ fingerprint256 }) => fingerprint256 === issuer) ? role : undefined;
}

function certificateOf(pem: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new Discrepancy('a certificate that cannot be read');
  }
}
