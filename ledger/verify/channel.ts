import { common, msp } from '@hyperledger/fabric-protos';
import { Discrepancy, demand, required } from './discrepancy.ts';
import { identitiesOf, type Identify } from './identities.ts';
import { signaturePolicy, type Policy } from './policies.ts';

/** What a configuration says about who may sign what. */
export type Channel = {
  readonly id: string;
  /** Counts the configurations of a channel. */
  readonly sequence: number;
  readonly identify: Identify;
  /** The configuration itself. */
  readonly root: common.ConfigGroup;
  /** Serialised identities of the orderers by their number. */
  readonly consenters: ReadonlyMap<number, Uint8Array>;
  /** How many of them must sign a block. */
  readonly quorum: number;
  /** Whether chaincodes are defined on the ledger; the embedded one, whose orderer has no port, knows one policy for all. */
  readonly hasDefinitions: boolean;
  /** The policy of this path, such as /Channel/Application/Endorsement; nobody satisfies one that is not there. */
  readonly policy: (path: string) => Policy;
};

/** Reads the configuration in a config transaction. */
export function channelOf(id: string, envelope: common.ConfigEnvelope): Channel {
  const config = required(envelope.getConfig(), 'the configuration');
  const root = required(config.getChannelGroup(), "the configuration's group Channel");
  const orderers = required(root.getGroupsMap().get('Orderer'), "the configuration's group Orderer");
  const application = required(root.getGroupsMap().get('Application'), "the configuration's group Application");
  const mapping = common.Orderers.deserializeBinary(valueOf(orderers, 'Orderers')).getConsenterMappingList();
  demand(mapping.length > 0, 'the configuration names no BFT orderers');
  return {
    id,
    sequence: config.getSequence(),
    root,
    identify: identitiesOf([...mspsOf(orderers), ...mspsOf(application)]),
    consenters: new Map(mapping.map((each) => [each.getId(), serialised(each)])),
    quorum: quorumOf(mapping.length),
    hasDefinitions: mapping.some((each) => each.getPort() !== 0),
    policy: policiesOf(root),
  };
}

/** Of n orderers a third, rounded down, may fail or lie; two quorums always share an honest one. */
function quorumOf(orderers: number): number {
  const faulty = Math.floor((orderers - 1) / 3);
  return Math.ceil((orderers + faulty + 1) / 2);
}

function serialised(consenter: common.Consenter): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(consenter.getMspId());
  identity.setIdBytes(consenter.getIdentity_asU8());
  return identity.serializeBinary();
}

function valueOf(group: common.ConfigGroup, name: string): Uint8Array {
  return required(group.getValuesMap().get(name), `the configuration's value ${name}`).getValue_asU8();
}

function mspsOf(group: common.ConfigGroup): readonly msp.FabricMSPConfig[] {
  return [...group.getGroupsMap().entries()].map(([name, organization]) => {
    const config = msp.MSPConfig.deserializeBinary(valueOf(organization, 'MSP'));
    demand(config.getType() === 0, `the MSP of ${name} is of a kind that this tool cannot check`);
    return msp.FabricMSPConfig.deserializeBinary(config.getConfig_asU8());
  });
}

/** Policies by their path, each made when it is first asked for. */
function policiesOf(root: common.ConfigGroup): (path: string) => Policy {
  const made = new Map<string, Policy>();
  return (path) => {
    const policy = made.get(path) ?? policyAt(root, path.split('/').slice(2));
    made.set(path, policy);
    return policy;
  };
}

function policyAt(group: common.ConfigGroup, path: readonly string[]): Policy {
  const [first = '', ...rest] = path;
  if (rest.length > 0) {
    const below = group.getGroupsMap().get(first);
    return below === undefined ? nobody : policyAt(below, rest);
  }
  const policy = group.getPoliciesMap().get(first)?.getPolicy();
  if (policy === undefined) return nobody;
  const { SIGNATURE, IMPLICIT_META } = common.Policy.PolicyType;
  if (policy.getType() === SIGNATURE)
    return signaturePolicy(common.SignaturePolicyEnvelope.deserializeBinary(policy.getValue_asU8()));
  if (policy.getType() !== IMPLICIT_META) throw new Discrepancy('a policy of a kind that this tool cannot evaluate');
  return together(group, common.ImplicitMetaPolicy.deserializeBinary(policy.getValue_asU8()));
}

const nobody: Policy = () => false;

/** What the policies of one name one level below say together. */
function together(group: common.ConfigGroup, policy: common.ImplicitMetaPolicy): Policy {
  const below = [...group.getGroupsMap().entries()].map(([, each]) => policyAt(each, [policy.getSubPolicy()]));
  const { ANY, ALL } = common.ImplicitMetaPolicy.Rule;
  const rule = policy.getRule();
  return (signers) => {
    const yes = below.filter((each) => each(signers)).length;
    if (rule === ANY) return yes >= 1;
    return rule === ALL ? yes === below.length : yes > below.length / 2;
  };
}
