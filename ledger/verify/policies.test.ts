import { generateKeyPairSync } from 'node:crypto';
import { common, msp } from '@hyperledger/fabric-protos';
import { describe, expect, it } from '@jest/globals';
import { signaturePolicy, type Signer } from './policies.ts';
import { signatureKeyOf } from './signature.ts';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function signer(agency: string, name = agency, role: Signer['identity']['role'] = 'peer'): Signer {
  return {
    serialised: Buffer.from(name),
    identity: { agency, role, ...signatureKeyOf(publicKey), notBefore: 0, notAfter: 1 },
  };
}

/** So many of the peers of these agencies. */
function peersOf(needed: number, agencies: readonly string[]): common.SignaturePolicyEnvelope {
  const several = new common.SignaturePolicy.NOutOf();
  several.setN(needed);
  several.setRulesList(
    agencies.map((_, index) => {
      const rule = new common.SignaturePolicy();
      rule.setSignedBy(index);
      return rule;
    }),
  );
  const rule = new common.SignaturePolicy();
  rule.setNOutOf(several);
  const policy = new common.SignaturePolicyEnvelope();
  policy.setRule(rule);
  policy.setIdentitiesList(agencies.map(peer));
  return policy;
}

function peer(agency: string): msp.MSPPrincipal {
  const role = new msp.MSPRole();
  role.setMspIdentifier(agency);
  role.setRole(msp.MSPRole.MSPRoleType.PEER);
  const principal = new msp.MSPPrincipal();
  principal.setPrincipalClassification(msp.MSPPrincipal.Classification.ROLE);
  principal.setPrincipal(role.serializeBinary());
  return principal;
}

describe('two of three peers', () => {
  const policy = signaturePolicy(peersOf(2, ['a', 'b', 'c']));

  it.each([
    ['two agencies', [signer('a'), signer('c')], true],
    ['all three', [signer('a'), signer('b'), signer('c')], true],
    ['one agency', [signer('a')], false],
    ['one agency twice', [signer('a'), signer('a')], false],
    ['two peers of one agency', [signer('a', 'first'), signer('a', 'second')], false],
    ['one agency and a stranger', [signer('a'), signer('d')], false],
    ['a peer and another agency’s client', [signer('a'), signer('b', 'b', 'client')], false],
    ['nobody', [], false],
  ])('signed by %s', (_who, signers, holds) => {
    expect(policy(signers)).toBe(holds);
  });

  it('of one agency named twice take two of its peers', () => {
    const twice = signaturePolicy(peersOf(2, ['a', 'a']));
    expect(twice([signer('a', 'first')])).toBe(false);
    expect(twice([signer('a', 'first'), signer('a', 'second')])).toBe(true);
  });
});
