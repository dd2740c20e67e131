import { msp, type common } from '@hyperledger/fabric-protos';
import { Discrepancy } from './discrepancy.ts';
import type { Identity } from './identities.ts';

/** Somebody whose signature holds. */
export type Signer = { readonly serialised: Uint8Array; readonly identity: Identity };

/** Whether these signers satisfy the rule. One signer fills one place of it, as in Fabric. */
export function isSignedBy(policy: common.SignaturePolicyEnvelope, signers: readonly Signer[]): boolean {
  const principals = policy.getIdentitiesList();
  const rule = policy.getRule();
  if (rule === undefined) return false;
  return evaluate(rule, { principals, signers: distinct(signers) }, new Set()) !== undefined;
}

function distinct(signers: readonly Signer[]): readonly Signer[] {
  return [...new Map(signers.map((each) => [Buffer.from(each.serialised).toString('latin1'), each])).values()];
}

type Question = { readonly principals: readonly msp.MSPPrincipal[]; readonly signers: readonly Signer[] };

/** The signers that are taken once this rule is satisfied; undefined when it is not. */
function evaluate(
  rule: common.SignaturePolicy,
  question: Question,
  taken: ReadonlySet<Signer>,
): ReadonlySet<Signer> | undefined {
  const several = rule.getNOutOf();
  if (several === undefined) {
    const principal = question.principals[rule.getSignedBy()];
    const free = question.signers.find((each) => !taken.has(each) && isPrincipal(each, principal));
    return free && new Set([...taken, free]);
  }
  let count = 0;
  let used = taken;
  for (const each of several.getRulesList()) {
    const after = evaluate(each, question, used);
    if (after === undefined) continue;
    used = after;
    count += 1;
  }
  return count >= several.getN() ? used : undefined;
}

function isPrincipal({ serialised, identity }: Signer, principal: msp.MSPPrincipal | undefined): boolean {
  if (principal === undefined) return false;
  const { ROLE, IDENTITY } = msp.MSPPrincipal.Classification;
  const classification = principal.getPrincipalClassification();
  if (classification === IDENTITY) return Buffer.compare(principal.getPrincipal_asU8(), serialised) === 0;
  if (classification !== ROLE) throw new Discrepancy('a policy of a kind that this tool cannot evaluate');
  const role = msp.MSPRole.deserializeBinary(principal.getPrincipal_asU8());
  return role.getMspIdentifier() === identity.agency && isRole(identity, role.getRole());
}

function isRole({ role }: Identity, wanted: number): boolean {
  const { MEMBER, CLIENT, PEER, ADMIN, ORDERER } = msp.MSPRole.MSPRoleType;
  if (wanted === MEMBER) return true;
  return wanted === { client: CLIENT, peer: PEER, admin: ADMIN, orderer: ORDERER }[role];
}
