import { common, msp } from '@hyperledger/fabric-protos';

const { Policy, SignaturePolicy, SignaturePolicyEnvelope, ImplicitMetaPolicy } = common;
const { MSPPrincipal, MSPRole } = msp;

type RoleName = 'MEMBER' | 'ADMIN' | 'CLIENT' | 'PEER' | 'ORDERER';

/** Anyone of an agency in this role. */
export function byRole(agency: string, role: RoleName): msp.MSPPrincipal {
  const value = new MSPRole();
  value.setMspIdentifier(agency);
  value.setRole(MSPRole.MSPRoleType[role]);
  return principal(MSPPrincipal.Classification.ROLE, value.serializeBinary());
}

/** The holder of one certificate and nobody else. */
export function byIdentity(serialised: Uint8Array): msp.MSPPrincipal {
  return principal(MSPPrincipal.Classification.IDENTITY, serialised);
}

/** So many of these must sign. */
export function signedBy(required: number, principals: readonly msp.MSPPrincipal[]): common.Policy {
  const rules = principals.map((_, index) => {
    const rule = new SignaturePolicy();
    rule.setSignedBy(index);
    return rule;
  });
  const some = new SignaturePolicy.NOutOf();
  some.setN(required);
  some.setRulesList(rules);
  const rule = new SignaturePolicy();
  rule.setNOutOf(some);
  const envelope = new SignaturePolicyEnvelope();
  envelope.setRule(rule);
  envelope.setIdentitiesList([...principals]);
  return policy(Policy.PolicyType.SIGNATURE, envelope.serializeBinary());
}

/** What the policies of this name one level below say, together. */
export function together(rule: 'ANY' | 'MAJORITY', subPolicy: string): common.Policy {
  const value = new ImplicitMetaPolicy();
  value.setRule(ImplicitMetaPolicy.Rule[rule]);
  value.setSubPolicy(subPolicy);
  return policy(Policy.PolicyType.IMPLICIT_META, value.serializeBinary());
}

function principal(
  classification: msp.MSPPrincipal.ClassificationMap[keyof msp.MSPPrincipal.ClassificationMap],
  bytes: Uint8Array,
): msp.MSPPrincipal {
  const value = new MSPPrincipal();
  value.setPrincipalClassification(classification);
  value.setPrincipal(bytes);
  return value;
}

function policy(type: number, bytes: Uint8Array): common.Policy {
  const value = new Policy();
  value.setType(type);
  value.setValue(bytes);
  return value;
}
