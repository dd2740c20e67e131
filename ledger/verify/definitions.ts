import { peer } from '@hyperledger/fabric-protos';
import type { Channel } from './channel.ts';
import { isSignedBy, type Signer } from './policies.ts';
import type { Decision } from './transaction.ts';

/** The namespace in which Fabric keeps what agencies agreed about chaincodes. */
const lifecycle = '_lifecycle';
const ownCollection = '_implicit_org_';
const field = /^namespaces\/fields\/([^/]+)\/(ValidationInfo|Collections)$/;

/** Chaincode, or chaincode and collection → its endorsement policy. */
type Policies = Map<string, peer.ApplicationPolicy>;

/** Which endorsement policy is in force for what, from the definitions that agencies committed. */
export class Definitions {
  readonly #policies: Policies = new Map();

  /** What the decision of a valid transaction defines; from the next block on it is in force. */
  take({ effects }: Decision): void {
    for (const { writes } of effects.filter(({ namespace }) => namespace === lifecycle))
      for (const { key, value } of writes) this.#define(field.exec(key), value);
  }

  isDefined(chaincode: string, { hasDefinitions }: Channel): boolean {
    return !hasDefinitions || chaincode === lifecycle || this.#policies.has(chaincode);
  }

  /** The first namespace or collection for which these signers are not enough. */
  findUnsatisfied(decision: Decision, channel: Channel, signers: readonly Signer[]): string | undefined {
    const { chaincode, effects } = decision;
    const places = effects.flatMap(({ namespace, writes, privateHashes }) => [
      ...(writes.length > 0 ? [{ namespace, collection: '' }] : []),
      ...privateHashes.map(({ collection }) => ({ namespace, collection })),
    ]);
    const asked = places.length > 0 ? places : [{ namespace: chaincode, collection: '' }];
    const distinct = new Map(asked.map((place) => [`${place.namespace} ${place.collection}`.trim(), place]));
    const missing = [...distinct].find(
      ([, { namespace, collection }]) => !this.#isSatisfied(channel, signers, namespace, collection),
    );
    return missing?.[0];
  }

  #isSatisfied(channel: Channel, signers: readonly Signer[], namespace: string, collection: string): boolean {
    if (collection.startsWith(ownCollection)) {
      const agency = collection.slice(ownCollection.length);
      return channel.isSatisfied(`/Channel/Application/${agency}/Endorsement`, signers);
    }
    if (namespace === lifecycle) return channel.isSatisfied('/Channel/Application/LifecycleEndorsement', signers);
    const policy = this.#policies.get(`${namespace}/${collection}`) ?? this.#policies.get(namespace);
    const reference = policy?.getChannelConfigPolicyReference() ?? '/Channel/Application/Endorsement';
    const own = policy?.getSignaturePolicy();
    return own === undefined ? channel.isSatisfied(reference, signers) : isSignedBy(own, signers);
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
    this.#policies.set(chaincode, peer.ApplicationPolicy.deserializeBinary(parameter));
  }

  #defineCollections(chaincode: string, bytes: Uint8Array): void {
    for (const config of peer.CollectionConfigPackage.deserializeBinary(bytes).getConfigList()) {
      const collection = config.getStaticCollectionConfig();
      const policy = collection?.getEndorsementPolicy();
      const key = `${chaincode}/${collection?.getName() ?? ''}`;
      if (policy === undefined) this.#policies.delete(key);
      else this.#policies.set(key, policy);
    }
  }
}
