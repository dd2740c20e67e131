import 'reflect-metadata'; // @peculiar/x509 wants it first
import { createPrivateKey } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import * as x509 from '@peculiar/x509';
import { blockHash, headerBytes } from '#ledger/blocks/blockHash.ts';
import { commitHash } from '#ledger/blocks/commitHash.ts';
import { decodeBlock } from '#ledger/blocks/decodeBlock.ts';
import { emptyBlock, seal } from '#ledger/embedded/blockParts.ts';
import { updatesOf } from '#ledger/embedded/effects.ts';
import { serialise, signerOf, type Signer } from '#ledger/embedded/identities.ts';
import { getMspKeys, type MspKeys } from '#ledger/embedded/mspKeys.ts';
import { channelHeader } from '#ledger/embedded/proposal.ts';
import { signLowS } from '#ledger/embedded/signing.ts';
import { channel } from './registry.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const { COMMIT_HASH, SIGNATURES } = common.BlockMetadataIndex;

/** An administrator of an agency, with a certificate that the agency's authority has just issued. */
export async function administratorOf(agency: string, mspKeys: MspKeys): Promise<Signer> {
  const { authority } = getMspKeys(mspKeys, agency);
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '07',
    subject: [{ O: [agency] }, { OU: ['admin'] }, { CN: [`admin.${agency}`] }],
    issuer: new x509.X509Certificate(authority.certificate).subject,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 86_400_000),
    ...{ publicKey: keys.publicKey, signingKey: await signingKeyOf(authority.key), signingAlgorithm: algorithm },
    extensions: [new x509.BasicConstraintsExtension(false, undefined, true)],
  });
  const key = createPrivateKey({ key: Buffer.from(await pkcs8(keys.privateKey)), format: 'der', type: 'pkcs8' });
  return { agency, identity: serialise(agency, certificate.toString('pem')), sign: (bytes) => signLowS(key, bytes) };
}

type PrivateKey = Awaited<ReturnType<typeof signingKeyOf>>;
const pkcs8 = (key: PrivateKey) => crypto.subtle.exportKey('pkcs8', key);

async function signingKeyOf(pem: string) {
  const [bytes = new ArrayBuffer()] = x509.PemConverter.decode(pem);
  return crypto.subtle.importKey('pkcs8', bytes, algorithm, true, ['sign']);
}

/** A list, signed by the agency's authority, that takes back a certificate of the agency. */
export async function revocationOf(agency: string, certificate: string, mspKeys: MspKeys): Promise<Uint8Array> {
  const { authority } = getMspKeys(mspKeys, agency);
  const list = await x509.X509CrlGenerator.create({
    issuer: new x509.X509Certificate(authority.certificate).subject,
    entries: [{ serialNumber: new x509.X509Certificate(certificate).serialNumber, revocationDate: new Date() }],
    ...{ signingKey: await signingKeyOf(authority.key), signingAlgorithm: algorithm },
  });
  return Buffer.from(x509.PemConverter.encode(list.rawData, 'X509 CRL'));
}

/** The configuration in block 0. */
export function configurationOf(genesis: Uint8Array): common.ConfigGroup {
  const [envelope = new Uint8Array()] = common.Block.deserializeBinary(genesis).getData()?.getDataList_asU8() ?? [];
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
  const config = common.ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig();
  return config?.getChannelGroup() ?? new common.ConfigGroup();
}

type Change = {
  readonly before: common.ConfigGroup;
  /** What the new configuration says; versions of what changed are raised in it. */
  readonly after: common.ConfigGroup;
  /** What administrators signed, if it is not that. */
  readonly signed?: common.ConfigGroup;
  readonly administrators: readonly Signer[];
};

/** What administrators hand to the orderers to have the configuration changed. */
export function changeRequest({ before, after, signed, administrators }: Change, sender: Signer): common.Envelope {
  const update = new common.ConfigUpdate();
  update.setChannelId(channel);
  update.setReadSet(before);
  update.setWriteSet(signed ?? after);
  const request = new common.ConfigUpdateEnvelope();
  request.setConfigUpdate(update.serializeBinary());
  request.setSignaturesList(administrators.map((each) => signatureOf(each, request.getConfigUpdate_asU8())));
  return envelope(common.HeaderType.CONFIG_UPDATE, request.serializeBinary(), sender);
}

/** The envelope of a change of configuration, as an orderer writes it. */
export function reconfiguration(change: Change, mspKeys: MspKeys): Uint8Array {
  const config = new common.Config();
  config.setSequence(1);
  config.setChannelGroup(change.after);
  const content = new common.ConfigEnvelope();
  content.setConfig(config);
  const orderer = signerOf(mspKeys.orderer.agency, mspKeys.orderer);
  content.setLastUpdate(changeRequest(change, change.administrators[0] ?? orderer));
  return envelope(common.HeaderType.CONFIG, content.serializeBinary(), orderer).serializeBinary();
}

function signatureOf(administrator: Signer, update: Uint8Array): common.ConfigSignature {
  const header = new common.SignatureHeader();
  header.setCreator(administrator.identity);
  const signature = new common.ConfigSignature();
  signature.setSignatureHeader(header.serializeBinary());
  signature.setSignature(administrator.sign(Buffer.concat([header.serializeBinary(), update])));
  return signature;
}

function envelope(type: common.HeaderTypeMap[keyof common.HeaderTypeMap], content: Uint8Array, creator: Signer) {
  const by = new common.SignatureHeader();
  by.setCreator(creator.identity);
  const header = new common.Header();
  header.setChannelHeader(channelHeader({ channel, type, at: new Date() }).serializeBinary());
  header.setSignatureHeader(by.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(content);
  const made = new common.Envelope();
  made.setPayload(payload.serializeBinary());
  made.setSignature(creator.sign(made.getPayload_asU8()));
  return made;
}

type Next = { readonly before: Uint8Array; readonly envelopes: readonly Uint8Array[]; readonly lastConfig: number };

/** The block behind another one, sealed by the orderer, with everything in it valid. */
export function nextBlock({ before, envelopes, lastConfig }: Next, mspKeys: MspKeys): Uint8Array {
  const previous = common.Block.deserializeBinary(before);
  const header = previous.getHeader() ?? new common.BlockHeader();
  const number = header.getNumber() + 1;
  const block = emptyBlock(number, blockHash(header), envelopes);
  const { transactions } = decodeBlock({ bytes: block.serializeBinary(), privateSets: new Map() });
  const codes = Buffer.alloc(envelopes.length);
  const state = common.Metadata.deserializeBinary(
    previous.getMetadata()?.getMetadataList_asU8()[COMMIT_HASH] ?? new Uint8Array(),
  ).getValue_asU8();
  seal(block, { codes, commitHash: commitHash(codes, updatesOf(number, transactions), state) });
  const metadata = block.getMetadata();
  const parts = metadata?.getMetadataList_asU8() ?? [];
  metadata?.setMetadataList(parts.with(SIGNATURES, signatures(block, lastConfig, mspKeys)));
  return block.serializeBinary();
}

function signatures(block: common.Block, lastConfig: number, { orderer }: MspKeys): Uint8Array {
  const last = new common.LastConfig();
  last.setIndex(lastConfig);
  const content = new common.OrdererBlockMetadata();
  content.setLastConfig(last);
  const identifier = new common.IdentifierHeader();
  identifier.setIdentifier(1);
  const signature = new common.MetadataSignature();
  signature.setIdentifierHeader(identifier.serializeBinary());
  const header = headerBytes(block.getHeader() ?? new common.BlockHeader());
  const signed = Buffer.concat([content.serializeBinary(), identifier.serializeBinary(), header]);
  signature.setSignature(signerOf(orderer.agency, orderer).sign(signed));
  const metadata = new common.Metadata();
  metadata.setValue(content.serializeBinary());
  metadata.setSignaturesList([signature]);
  return metadata.serializeBinary();
}
