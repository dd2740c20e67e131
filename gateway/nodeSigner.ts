import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, errors, importJWK, jwtVerify, SignJWT } from 'jose';
import type { JWK, JWTPayload } from 'jose';
import type { Keystore } from '#projections/keys/keystore.ts';
import { RequestError } from './http/requestError.ts';

/** Signs and checks what this node says, with its own ES256 key. The type of a text keeps one kind from passing as another. */
export type NodeSigner = {
  /** The agency whose node this is; the issuer of everything it signs. */
  readonly agency: string;
  /** Public half, as it stands in the node's JWKS. */
  readonly publicKey: JWK;
  /** Private half, for the OpenID provider. */
  readonly privateKey: JWK;
  readonly sign: (type: string, claims: JWTPayload) => Promise<string>;
  /** The claims of a text this node signed; throws a RequestError when it is expired or not one of ours. */
  readonly verify: (type: string, token: string, expected?: Expected) => Promise<JWTPayload>;
};

/** What a token must say beside its signature; by default issuer and audience are this node. */
type Expected = { readonly issuer?: string; readonly audience?: string };

/** `privateKey`: an EC P-256 key as a JWK. */
export async function createNodeSigner(agency: string, privateKey: JWK): Promise<NodeSigner> {
  const { kty, crv, x, y } = privateKey;
  const bare = { kty, crv, x, y } as JWK; // the public members of an EC key (RFC 7518 §6.2), whatever else the file holds
  const kid = await calculateJwkThumbprint(bare);
  const publicKey: JWK = { ...bare, kid, use: 'sig', alg: 'ES256' };
  const signing = await importJWK(privateKey, 'ES256');
  const checking = await importJWK(publicKey, 'ES256');
  return {
    agency,
    publicKey,
    privateKey: { ...privateKey, kid, use: 'sig', alg: 'ES256' },
    sign: (type, claims) =>
      new SignJWT({ ...claims, iss: gatewayName(agency) })
        .setProtectedHeader({ alg: 'ES256', kid, typ: type })
        .sign(signing),
    verify: async (type, token, expected = {}) => {
      const { issuer = gatewayName(agency), audience = gatewayName(agency) } = expected;
      const options = { algorithms: ['ES256'], typ: type, issuer, audience, requiredClaims: ['exp'] };
      try {
        return (await jwtVerify(token, checking, options)).payload;
      } catch (error) {
        throw tokenError(error);
      }
    },
  };
}

/** The node's JWKS (RFC 7517 §5): its key, and for a while the one before, under which things may still be on their way. */
export function publishedKeys({
  signer,
  keystore,
}: {
  readonly signer: Pick<NodeSigner, 'publicKey'>;
  readonly keystore: Pick<Keystore, 'formerSigningKey'>;
}): { readonly keys: readonly JWK[] } {
  const { until = '', ...former } = keystore.formerSigningKey ?? {};
  const isNeeded = until > new Date().toISOString();
  return { keys: [signer.publicKey, ...(isNeeded ? [{ ...former, use: 'sig', alg: 'ES256' } as JWK] : [])] }; // the keystore has parsed it
}

/** What kind of token a text claims to be; undefined when it is none. */
export function typeOfToken(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).typ;
  } catch {
    return undefined; // not a JWS at all: the caller answers ERR_TOKEN_INVALID
  }
}

/** The agency whose gateway a text claims to be from; undefined when it claims none. Nothing of it is proved yet. */
export function agencyOfToken(token: string): string | undefined {
  try {
    const { iss = '' } = decodeJwt(token);
    return iss.startsWith(gatewayName('')) ? iss.slice(gatewayName('').length) : undefined;
  } catch {
    return undefined; // as above
  }
}

/** The name of an agency's gateway in tokens: audience of access tokens, issuer of answers. */
export function gatewayName(agency: string): string {
  return `urn:plinth:gateway:${agency}`;
}

function tokenError(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new RequestError('ERR_TOKEN_EXPIRED', 'the token has expired', error);
  if (!(error instanceof errors.JOSEError)) return error;
  return new RequestError('ERR_TOKEN_INVALID', 'the token is not one for this gateway', error);
}
