import { common } from '@hyperledger/fabric-protos';
import { headerBytes } from '../blocks/blockHash.ts';
import type { Channel } from './channel.ts';
import { Discrepancy, demand, readMessage, readWhole } from './discrepancy.ts';
import { isValidAt } from './identities.ts';
import { findSignatureFault } from './signature.ts';

const { SIGNATURES, LAST_CONFIG, ORDERER } = common.BlockMetadataIndex;

/** When a block was written, and after which configuration. */
type Moment = { readonly time: number; readonly lastConfig: number };

type Signable = { readonly header: common.BlockHeader; readonly metadata: readonly Uint8Array[] };

/** Checks that a quorum of the orderers in force signed the block. Answers how many signatures that were. */
export function checkOrderers({ header, metadata }: Signable, channel: Channel, { time, lastConfig }: Moment): number {
  const signatures = checkMetadata(metadata, lastConfig);
  const value = signatures.getValue_asU8();
  const signed = new Set<number>();
  for (const signature of signatures.getSignaturesList()) {
    const identifier = signature.getIdentifierHeader_asU8();
    const id = idOf(signature);
    const fault = findFault(channel, id, {
      time,
      bytes: Buffer.concat([value, identifier, headerBytes(header)]),
      signature: signature.getSignature_asU8(),
    });
    demand(fault === undefined, `orderer ${id}: ${fault ?? ''}`);
    demand(!signed.has(id), `orderer ${id} signed twice`);
    signed.add(id);
  }
  demand(signed.size >= channel.quorum, `${signed.size} orderers signed, and ${channel.quorum} must`);
  return signed.size;
}

/** Checks what metadata say beside signatures, and answers the part that orderers sign. */
export function checkMetadata(metadata: readonly Uint8Array[], lastConfig: number): common.Metadata {
  demand(metadata.length === places, `its metadata have ${metadata.length} parts, and ${places} are due`);
  const signed = readWhole(readMetadata, metadata[SIGNATURES] ?? new Uint8Array(), 'metadata SIGNATURES');
  const content = readWhole(
    (bytes) => common.OrdererBlockMetadata.deserializeBinary(bytes),
    signed.getValue_asU8(),
    'what the orderers signed',
  );
  const named = content.getLastConfig()?.getIndex() ?? 0; // protobuf leaves out what is zero
  demand(named === lastConfig, `the orderers name another configuration than block ${lastConfig}`);
  checkUnsigned(metadata, content);
  return signed;
}

const places = Object.keys(common.BlockMetadataIndex).length;
const readMetadata = (bytes: Uint8Array) => common.Metadata.deserializeBinary(bytes);

function idOf(signature: common.MetadataSignature): number {
  demand(signature.getSignatureHeader_asU8().length === 0, "an orderer's signature of the kind before BFT");
  const read = (bytes: Uint8Array) => common.IdentifierHeader.deserializeBinary(bytes);
  return readMessage(read, signature.getIdentifierHeader_asU8(), 'the number of an orderer').getIdentifier();
}

type Signed = { readonly time: number; readonly bytes: Uint8Array; readonly signature: Uint8Array };

function findFault(
  { consenters, identify }: Channel,
  id: number,
  { time, bytes, signature }: Signed,
): string | undefined {
  const consenter = consenters.get(id);
  if (consenter === undefined) return 'is none of this channel';
  try {
    const identity = identify(consenter);
    if (!isValidAt(identity, time)) return 'its certificate was not valid then';
    return findSignatureFault(identity, bytes, signature);
  } catch (error) {
    if (error instanceof Discrepancy) return error.message;
    throw error;
  }
}

/** Two older places say the same again and are not signed; they must not say anything else. */
function checkUnsigned(metadata: readonly Uint8Array[], content: common.OrdererBlockMetadata): void {
  const config = readWhole(readMetadata, metadata[LAST_CONFIG] ?? new Uint8Array(), 'metadata LAST_CONFIG');
  const last = readWhole(
    (bytes) => common.LastConfig.deserializeBinary(bytes),
    config.getValue_asU8(),
    'metadata LAST_CONFIG',
  );
  const same = last.getIndex() === content.getLastConfig()?.getIndex();
  demand(last.getIndex() === 0 || same, 'its metadata name two last configurations');
  const consensus = readWhole(readMetadata, metadata[ORDERER] ?? new Uint8Array(), 'metadata ORDERER').getValue_asU8();
  const agrees = Buffer.compare(consensus, content.getConsenterMetadata_asU8()) === 0;
  demand(consensus.length === 0 || agrees, "its metadata hold two states of the orderers' consensus");
}
