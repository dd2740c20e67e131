import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { answerType, signAnswer } from './answerSignature.ts';
import { createNodeSigner } from '../nodeSigner.ts';

describe('a signed answer', () => {
  const signed = async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const signer = await createNodeSigner('civil-registry', await exportJWK(privateKey));
    const text = await signAnswer(signer, {
      party: 'clinic',
      accessId: 'access-1',
      at: 1_800_000_000,
      transaction: 't1',
      purpose: 'ServiceProvision',
      answer: { attributes: { givenName: 'x' } },
    });
    return { text, keys: createLocalJWKSet({ keys: [signer.publicKey] }), signer };
  };

  it('can be checked by the party with the published key, and names party, record and transaction', async () => {
    const { text, keys } = await signed();
    const { payload } = await jwtVerify(text, keys, { audience: 'clinic', typ: answerType });
    expect(payload).toMatchObject({ jti: 'access-1', transaction: 't1', answer: { attributes: { givenName: 'x' } } });
    expect(payload.iss).toBe('urn:plinth:gateway:civil-registry');
  });

  it('is not one for another party', async () => {
    const { text, keys } = await signed();
    await expect(jwtVerify(text, keys, { audience: 'bank' })).rejects.toThrow();
  });

  it('publishes no private half', async () => {
    const { signer } = await signed();
    expect(Object.keys(signer.publicKey).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });
});
