import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { createNodeSigner } from '../nodeSigner.ts';
import { demoTokenType, issueDemoToken, verifyDemoToken, type DemoCaller } from './demoToken.ts';

async function newSigner(agency = 'civil-registry') {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return createNodeSigner(agency, await exportJWK(privateKey));
}
const resident: DemoCaller = { kind: 'resident', identity: 'x1' };

describe('a demo token', () => {
  it.each<DemoCaller>([
    resident,
    { kind: 'officer', agency: 'civil-registry', officer: 'registrar-1' },
    { kind: 'auditor', auditor: 'auditor-1' },
  ])('says who holds it', async (caller) => {
    const signer = await newSigner();
    expect(await verifyDemoToken(signer, await issueDemoToken(signer, caller), true)).toEqual(caller);
  });

  it('is worth nothing where the country is no demo', async () => {
    const signer = await newSigner();
    const token = await issueDemoToken(signer, resident);
    await expect(verifyDemoToken(signer, token, false)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID' });
  });

  it('expires', async () => {
    const signer = await newSigner();
    const token = await issueDemoToken(signer, resident, { lifetimeSeconds: -1 });
    await expect(verifyDemoToken(signer, token, true)).rejects.toMatchObject({ code: 'ERR_TOKEN_EXPIRED' });
  });

  it('is refused by the gateway of another node, and by one that shares only the agency name', async () => {
    const token = await issueDemoToken(await newSigner(), resident);
    for (const other of [await newSigner('election-office'), await newSigner()])
      await expect(verifyDemoToken(other, token, true)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID' });
  });

  it('cannot be replaced by another text that the node signed', async () => {
    const signer = await newSigner();
    const answer = await signer.sign('plinth-answer+jwt', { aud: 'clinic', sub: 'x1', role: 'officer', exp: 9e9 });
    await expect(verifyDemoToken(signer, answer, true)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID' });
  });

  it('without an end is refused', async () => {
    const signer = await newSigner();
    const endless = await signer.sign(demoTokenType, {
      aud: 'urn:plinth:gateway:civil-registry',
      sub: 'x1',
      role: 'officer',
    });
    await expect(verifyDemoToken(signer, endless, true)).rejects.toMatchObject({ code: 'ERR_TOKEN_INVALID' });
  });
});
