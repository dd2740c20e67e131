import { peer } from '@hyperledger/fabric-protos';
import type { Channel } from './channel.ts';
import { signaturePolicy, type Policy, type Signer } from './policies.ts';
import type { Decision } from './transaction.ts';

/** The namespace in which Fabric keeps what agencies agreed about chaincodes. */
export const lifecycle = '_lifecycle';
/** What the name of an agency's own private collection begins with. */
export const ownCollection = '_implicit_org_';
const field = /^namespaces\/fields\/([^/]+)\/(ValidationInfo|Collections)$/;

/** A policy, or the path of one in the channel's configuration, which may change. */
type Rule = Policy | string;
/** Chaincode, or chaincode and collection → who must endorse. */
type Rules = Map<string, Rule>;

/** Whether a decision defines a chaincode. */
export function isDefinition({ effects }: Decision): boolean {
  return effects.some(({ namespace, writes }) => namespace === lifecycle && writes.length > 0);
}

/** Which endorsement policy is in force for what, from the definitions that agencies committed. */
export class Definitions {
  readonly #rules: Rules = new Map();

  /** What the decision of a valid transaction defines; from the next block on it is in force. */
  take({ effects }: Decision): void {
    for (const { writes } of effects.filter(({ namespace }) => namespace === lifecycle))
      for (const { key, value } of writes) this.#define(field.exec(key), value);
  }

  isDefined(chaincode: string, { hasDefinitions }: Channel): boolean {
    return !hasDefinitions || chaincode === lifecycle || this.#rules.has(chaincode);
  }

  /** The first namespace or collection for which these signers are not enough. */
  findUnsatisfied(decision: Decision, channel: Channel, signers: readonly Signer[]): string | undefined {
    const satisfied = new Set<Rule>(); // most places have the same
    return placesOf(decision).find((place) => {
      const rule = this.#ruleFor(place);
      if (satisfied.has(rule)) return false;
      const isSatisfied = (typeof rule === 'string' ? channel.policy(rule) : rule)(signers);
      if (isSatisfied) satisfied.add(rule);
      return !isSatisfied;
    });
  }

  #ruleFor(place: string): Rule {
    const [namespace = '', collection = ''] = place.split(' ');
    if (collection.startsWith(ownCollection))
      return `/Channel/Application/${collection.slice(ownCollection.length)}/Endorsement`;
    if (namespace === lifecycle) return '/Channel/Application/LifecycleEndorsement';
    return this.#rules.get(place) ?? this.#rules.get(namespace) ?? usual;
  }

  #define(found: RegExpExecArray | null, value: Uint8Array): void {
    const [, chaincode = '', name] = found ?? [];
    if (name === undefined) return;
    const bytes = peer.lifecycle.StateData.deserializeBinary(value).getBytes_asU8();
    if (name === 'Collections') {
      this.#defineCollections(chaincode, bytes);
      return;
    }
    const parameter = peer.lifecycle.ChaincodeValidationInfo.deserializeBinary(bytes).getValidationParameter_asU8();
    this.#rules.set(chaincode, ruleOf(peer.ApplicationPolicy.deserializeBinary(parameter)));
  }

  #defineCollections(chaincode: string, bytes: Uint8Array): void {
    for (const config of peer.CollectionConfigPackage.deserializeBinary(bytes).getConfigList()) {
      const collection = config.getStaticCollectionConfig();
      const policy = collection?.getEndorsementPolicy();
      const key = `${chaincode} ${collection?.getName() ?? ''}`;
      if (policy === undefined) this.#rules.delete(key);
      else this.#rules.set(key, ruleOf(policy));
    }
  }
}

const usual = '/Channel/Application/Endorsement';

function ruleOf(policy: peer.ApplicationPolicy): Rule {
  const own = policy.getSignaturePolicy();
  return own === undefined ? policy.getChannelConfigPolicyReference() || usual : signaturePolicy(own);
}

/** What a decision writes to: chaincodes, and collections behind a blank; the chaincode itself when it writes nothing. */
function placesOf({ chaincode, effects }: Decision): readonly string[] {
  const places = new Set<string>();
  for (const { namespace, writes, privateHashes } of effects) {
    if (writes.length > 0) places.add(namespace);
    for (const { collection } of privateHashes) places.add(`${namespace} ${collection}`);
  }
  return places.size > 0 ? [...places] : [chaincode];
}
