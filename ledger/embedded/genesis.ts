import { common, msp, orderer } from '@hyperledger/fabric-protos';
import type { Country } from '#domain/country.ts';
import { emptyBlock, seal } from './blockParts.ts';
import { serialise } from './identities.ts';
import type { MspKeys } from './mspKeys.ts';
import { byIdentity, byRole, signedBy, together } from './policies.ts';
import { channelHeader } from './proposal.ts';

const address = { host: 'embedded', port: 0 }; // Fabric demands one; nothing listens

type Message = { serializeBinary(): Uint8Array };
type Group = {
  readonly groups?: Readonly<Record<string, common.ConfigGroup>>;
  readonly values?: Readonly<Record<string, Message>>;
  readonly policies: Readonly<Record<string, common.Policy>>;
};

/** Block 0: a configuration of the channel that Fabric's own code takes as one. `endorsement` stands in it as /Channel/Application/Endorsement. */
export function genesisBlock(
  channel: string,
  mspKeys: MspKeys,
  endorsement: Country['endorsement'],
  at: Date,
): common.Block {
  const envelope = new common.ConfigEnvelope();
  const config = new common.Config();
  config.setChannelGroup(channelGroup(mspKeys, endorsement));
  envelope.setConfig(config);
  const header = new common.Header();
  header.setChannelHeader(channelHeader({ channel, type: common.HeaderType.CONFIG, at }).serializeBinary());
  header.setSignatureHeader(new common.SignatureHeader().serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(envelope.serializeBinary());
  const transaction = new common.Envelope();
  transaction.setPayload(payload.serializeBinary());
  return seal(emptyBlock(0, new Uint8Array(), [transaction.serializeBinary()]), { codes: Buffer.of(0) });
}

function channelGroup(mspKeys: MspKeys, endorsement: Country['endorsement']): common.ConfigGroup {
  const hashing = new common.HashingAlgorithm();
  hashing.setName('SHA256');
  const structure = new common.BlockDataHashingStructure();
  structure.setWidth(0xffffffff);
  return group({
    groups: { Application: applicationGroup(mspKeys, endorsement), Orderer: ordererGroup(mspKeys) },
    values: {
      HashingAlgorithm: hashing,
      BlockDataHashingStructure: structure,
      Capabilities: capabilities('V3_0'),
    },
    policies: usual,
  });
}

const usual = {
  Readers: together('ANY', 'Readers'),
  Writers: together('ANY', 'Writers'),
  Admins: together('MAJORITY', 'Admins'),
};

function applicationGroup(mspKeys: MspKeys, { agencies, required }: Country['endorsement']): common.ConfigGroup {
  const organizations = Object.entries(mspKeys.agencies).map(
    ([agency, { authority }]) => [agency, organization(agency, authority.certificate)] as const,
  );
  const endorsers = agencies.map((agency) => byRole(agency, 'PEER'));
  return group({
    groups: Object.fromEntries(organizations),
    values: { Capabilities: capabilities('V2_5') },
    policies: {
      ...usual,
      Endorsement: signedBy(required, endorsers),
      LifecycleEndorsement: signedBy(required, endorsers),
    },
  });
}

function ordererGroup({ orderer: { agency, certificate }, agencies }: MspKeys): common.ConfigGroup {
  const batchSize = new orderer.BatchSize();
  batchSize.setMaxMessageCount(500);
  batchSize.setAbsoluteMaxBytes(100 * 1024 * 1024);
  batchSize.setPreferredMaxBytes(2 * 1024 * 1024);
  const batchTimeout = new orderer.BatchTimeout();
  batchTimeout.setTimeout('1ms');
  const consensus = new orderer.ConsensusType();
  consensus.setType('BFT'); // of one: quorum and signatures are those of the network, so one verifier reads both
  const endpoints = new common.OrdererAddresses();
  endpoints.setAddressesList([`${address.host}:${address.port}`]);
  const authority = agencies[agency]?.authority.certificate ?? '';
  return group({
    groups: { [agency]: organization(agency, authority, { Endpoints: endpoints }) },
    values: {
      BatchSize: batchSize,
      BatchTimeout: batchTimeout,
      ConsensusType: consensus,
      Orderers: consenters(agency, certificate),
      Capabilities: capabilities('V2_0'),
    },
    policies: { ...usual, BlockValidation: signedBy(1, [byIdentity(serialise(agency, certificate))]) },
  });
}

function consenters(agency: string, certificate: string): common.Orderers {
  const consenter = new common.Consenter();
  consenter.setId(1);
  consenter.setHost(address.host);
  consenter.setPort(address.port);
  consenter.setMspId(agency);
  consenter.setIdentity(Buffer.from(certificate));
  const value = new common.Orderers();
  value.setConsenterMappingList([consenter]);
  return value;
}

function organization(agency: string, authority: string, values: Group['values'] = {}): common.ConfigGroup {
  return group({
    values: { MSP: mspConfig(agency, authority), ...values },
    policies: {
      Readers: signedBy(1, [byRole(agency, 'MEMBER')]),
      Writers: signedBy(1, [byRole(agency, 'MEMBER')]),
      Admins: signedBy(1, [byRole(agency, 'ADMIN')]),
      Endorsement: signedBy(1, [byRole(agency, 'PEER')]),
    },
  });
}

function mspConfig(agency: string, authority: string): msp.MSPConfig {
  const crypto = new msp.FabricCryptoConfig();
  crypto.setSignatureHashFamily('SHA2');
  crypto.setIdentityIdentifierHashFunction('SHA256');
  const units = new msp.FabricNodeOUs();
  units.setEnable(true);
  units.setClientOuIdentifier(unit('client', authority));
  units.setPeerOuIdentifier(unit('peer', authority));
  units.setAdminOuIdentifier(unit('admin', authority));
  units.setOrdererOuIdentifier(unit('orderer', authority));
  const fabric = new msp.FabricMSPConfig();
  fabric.setName(agency);
  fabric.setRootCertsList([Buffer.from(authority)]);
  fabric.setCryptoConfig(crypto);
  fabric.setFabricNodeOus(units);
  const value = new msp.MSPConfig();
  value.setConfig(fabric.serializeBinary());
  return value;
}

function unit(name: string, authority: string): msp.FabricOUIdentifier {
  const value = new msp.FabricOUIdentifier();
  value.setOrganizationalUnitIdentifier(name);
  value.setCertificate(Buffer.from(authority));
  return value;
}

function capabilities(name: string): common.Capabilities {
  const value = new common.Capabilities();
  value.getCapabilitiesMap().set(name, new common.Capability());
  return value;
}

function group({ groups = {}, values = {}, policies }: Group): common.ConfigGroup {
  const result = new common.ConfigGroup();
  result.setModPolicy('Admins');
  for (const [name, each] of Object.entries(groups)) result.getGroupsMap().set(name, each);
  for (const [name, each] of Object.entries(values)) {
    const value = new common.ConfigValue();
    value.setModPolicy('Admins');
    value.setValue(each.serializeBinary());
    result.getValuesMap().set(name, value);
  }
  for (const [name, each] of Object.entries(policies)) {
    const policy = new common.ConfigPolicy();
    policy.setModPolicy('Admins');
    policy.setPolicy(each);
    result.getPoliciesMap().set(name, policy);
  }
  return result;
}
