import { errors, Provider, type Adapter, type AdapterPayload, type Configuration } from 'oidc-provider';
import type { PublicKey } from '#domain/publicKey.ts';
import { gatewayName, type NodeSigner } from '../nodeSigner.ts';
import { createPassingStore } from './passingStore.ts';

/** The scope of an access token with which a party may ask this gateway. */
export const identityScope = 'identity';
const assertionSeconds = 300; // used ones are remembered as long as they live, and in memory only
const tokenSeconds = 300; // short: a token cannot be called back, though a suspended party is refused whatever it holds

/** A party that may get tokens. */
export type Client = { readonly party: string; readonly keys: readonly PublicKey[] };

/** Whose provider it is, and where it learns of parties. */
export type ProviderOptions = {
  /** Address under which the provider is reached: `http://…/oidc`. */
  readonly issuer: string;
  readonly signer: NodeSigner;
  /** The approved party with this id. Asked for each token, so keys and approval are always today's. */
  readonly findClient: (party: string) => Promise<Client | undefined>;
  readonly onFault: (error: unknown) => void;
};

/** The OpenID provider: for now it gives approved relying parties access tokens for private_key_jwt, and nothing else. */
export function createProvider({ issuer, signer, findClient, onFault }: ProviderOptions): Provider {
  const passing = createPassingStore();
  const clients: Adapter = { ...passing, find: async (id) => clientMetadata(await findClient(id)) };
  const provider = new Provider(issuer, {
    ...configuration(signer),
    adapter: (model) => (model === 'Client' ? clients : passing),
  });
  provider.on('server_error', (_ctx, error) => onFault(error));
  return provider;
}

function configuration(signer: NodeSigner): Configuration {
  const audience = gatewayName(signer.agency);
  return {
    jwks: { keys: [signer.privateKey] },
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519'],
      idTokenSigningAlgValues: ['ES256'],
    },
    assertJwtClientAuthClaimsAndHeader: (_ctx, { exp }) => refuseLongLived(exp),
    responseTypes: [],
    scopes: [identityScope],
    cookies: { keys: [] },
    ttl: { ClientCredentials: tokenSeconds },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: (_ctx, resource) => {
          if (resource !== audience) throw new errors.InvalidTarget();
          return {
            scope: identityScope,
            audience,
            accessTokenTTL: tokenSeconds,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
  };
}

// The provider itself takes an assertion for as long as the client likes, and a node that restarts would take it again.
function refuseLongLived(exp: unknown): Promise<void> {
  if (typeof exp === 'number' && exp <= Date.now() / 1000 + assertionSeconds) return Promise.resolve();
  throw new errors.InvalidClientAuth(`a client assertion lives ${assertionSeconds} seconds at most`);
}

function clientMetadata(client: Client | undefined): AdapterPayload | undefined {
  if (client === undefined) return undefined;
  return {
    client_id: client.party,
    jwks: { keys: client.keys.map((key) => ({ ...key, use: 'sig' })) },
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: identityScope,
    id_token_signed_response_alg: 'ES256', // the node has no RSA key, which would be the default
  };
}
