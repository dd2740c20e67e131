import { msp, type common } from '@hyperledger/fabric-protos';
import { Discrepancy } from './discrepancy.ts';
import type { Identity } from './identities.ts';

/** Somebody whose signature holds. */
export type Signer = { readonly serialised: Uint8Array; readonly identity: Identity };

/** Whether these signers are enough. */
export type Policy = (signers: readonly Signer[]) => boolean;

type Fits = (signer: Signer) => boolean;
/** The signers that are taken once a rule is satisfied; undefined when it is not. */
type Rule = (signers: readonly Signer[], taken: ReadonlySet<Signer>) => ReadonlySet<Signer> | undefined;

/** The policy that a serialised rule states. One signer fills one place of it, as in Fabric. */
export function signaturePolicy(envelope: common.SignaturePolicyEnvelope): Policy {
  const written = envelope.getRule();
  if (written === undefined) return () => false;
  const rule = ruleOf(written, envelope.getIdentitiesList().map(principalOf));
  return (signers) => rule(distinct(signers), new Set()) !== undefined;
}

function distinct(signers: readonly Signer[]): readonly Signer[] {
  const isFirst = ({ serialised }: Signer, index: number): boolean =>
    signers.findIndex((each) => Buffer.compare(each.serialised, serialised) === 0) === index;
  return signers.filter(isFirst);
}

function ruleOf(written: common.SignaturePolicy, principals: readonly Fits[]): Rule {
  const several = written.getNOutOf();
  if (several === undefined) {
    const fits = principals[written.getSignedBy()];
    return (signers, taken) => {
      const free = signers.find((each) => !taken.has(each) && fits?.(each) === true);
      return free && new Set([...taken, free]);
    };
  }
  const rules = several.getRulesList().map((each) => ruleOf(each, principals));
  const needed = several.getN();
  return (signers, taken) => {
    let count = 0;
    let used = taken;
    for (const rule of rules) {
      const after = rule(signers, used);
      if (after === undefined) continue;
      used = after;
      count += 1;
    }
    return count >= needed ? used : undefined;
  };
}

function principalOf(principal: msp.MSPPrincipal): Fits {
  const { ROLE, IDENTITY } = msp.MSPPrincipal.Classification;
  const classification = principal.getPrincipalClassification();
  const bytes = principal.getPrincipal_asU8();
  if (classification === IDENTITY) return ({ serialised }) => Buffer.compare(bytes, serialised) === 0;
  if (classification !== ROLE)
    return () => {
      throw new Discrepancy('a policy of a kind that this tool cannot evaluate');
    };
  const wanted = msp.MSPRole.deserializeBinary(bytes);
  const [agency, role] = [wanted.getMspIdentifier(), wanted.getRole()];
  return ({ identity }) => identity.agency === agency && isRole(identity, role);
}

function isRole({ role }: Identity, wanted: number): boolean {
  const { MEMBER, CLIENT, PEER, ADMIN, ORDERER } = msp.MSPRole.MSPRoleType;
  if (wanted === MEMBER) return true;
  return wanted === { client: CLIENT, peer: PEER, admin: ADMIN, orderer: ORDERER }[role];
}
