import { readFileSync } from 'node:fs';
import { Client, credentials, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { common, orderer } from '@hyperledger/fabric-protos';
import type { Signer } from '#ledger/embedded/identities.ts';
import { channelHeader } from '#ledger/embedded/proposal.ts';
import type { NetworkDescription } from '#network/description.ts';
import type { NodeLayout } from '#network/layout.ts';
import { host } from '#network/ports.ts';

/** What somebody sends in the place of a block. */
export type Lie = { readonly name: string; readonly of: (block: common.Block) => common.Block };

type Stream = ServerDuplexStream<common.Envelope, orderer.DeliverResponse>;
type Upstream = NonNullable<NetworkDescription['agencies'][number]['orderer']>;
type Options = {
  readonly channel: string;
  /** The node in whose name it speaks TLS. */
  readonly tls: NodeLayout['tls'];
  /** An honest orderer, whose blocks it passes on, and who asks it for them. */
  readonly upstream: Upstream;
  readonly reader: Signer;
};

const { BLOCK } = orderer.SeekInfo.SeekContentType;
const path = '/orderer.AtomicBroadcast/Deliver';
const writeEnvelope = (message: common.Envelope) => Buffer.from(message.serializeBinary());
const readResponse = (bytes: Uint8Array) => orderer.DeliverResponse.deserializeBinary(bytes);
const deliver = {
  path,
  requestStream: true,
  responseStream: true,
  requestSerialize: writeEnvelope,
  requestDeserialize: (bytes: Uint8Array) => common.Envelope.deserializeBinary(bytes),
  responseSerialize: (message: orderer.DeliverResponse) => Buffer.from(message.serializeBinary()),
  responseDeserialize: readResponse,
};

/** An orderer's block delivery with the TLS key of that orderer, which passes on what another one has, and lies when it is told to. */
export class LyingOrderer {
  /** Every lie that was sent, in order. */
  readonly told: string[] = [];
  readonly #options: Options;
  readonly #server = new Server();
  readonly #upstream: Client;
  /** Those who ask for blocks, with the number that they begin at. */
  readonly #listeners = new Map<Stream, number>();
  #lies: { readonly at: number; readonly all: readonly Lie[] } | undefined;
  #withheldFrom = Infinity;
  port = 0;

  private constructor(options: Options) {
    const { address, serverName, tlsRoot } = options.upstream;
    this.#options = options;
    this.#upstream = new Client(address, credentials.createSsl(readFileSync(tlsRoot)), {
      'grpc.ssl_target_name_override': serverName,
    });
    this.#server.addService({ deliver }, { deliver: (stream: Stream) => this.#serve(stream) });
  }

  static async open(options: Options): Promise<LyingOrderer> {
    const opened = new LyingOrderer(options);
    const pair = {
      private_key: readFileSync(options.tls.key),
      cert_chain: readFileSync(options.tls.certificate),
    };
    await new Promise<void>((resolve, reject) => {
      opened.#server.bindAsync(`${host}:0`, ServerCredentials.createSsl(null, [pair]), (error, port) => {
        opened.port = port;
        if (error === null) resolve();
        else reject(error);
      });
    });
    return opened;
  }

  /** Sends these in the place of a block, one after the other, whenever somebody asks for it. */
  lieAt(number: number, lies: readonly Lie[]): void {
    this.#lies = { at: number, all: lies };
  }

  /** Sends no block and no header from this one on. */
  withholdFrom(number: number): void {
    this.#withheldFrom = number;
  }

  /** Whether somebody waits for this block here. */
  isAskedFor(number: number): boolean {
    return [...this.#listeners.values()].includes(number);
  }

  close(): void {
    this.#server.forceShutdown();
    this.#upstream.close();
  }

  #serve(stream: Stream): void {
    stream.on('error', () => undefined); // whoever listened is gone
    stream.once('data', (envelope: common.Envelope) => {
      const question = questionIn(envelope);
      const seek = orderer.SeekInfo.deserializeBinary(question);
      const isOfBlocks = seek.getContentType() === BLOCK;
      if (isOfBlocks) this.#listeners.set(stream, seek.getStart()?.getSpecified()?.getNumber() ?? 0);
      const source = this.#upstream.makeBidiStreamRequest(path, writeEnvelope, readResponse);
      source.on('data', (response: orderer.DeliverResponse) => this.#pass(stream, response, isOfBlocks));
      source.on('error', () => stream.end());
      stream.once('cancelled', () => {
        this.#listeners.delete(stream);
        source.cancel();
      });
      source.write(this.#ask(question));
    });
  }

  #pass(stream: Stream, response: orderer.DeliverResponse, isOfBlocks: boolean): void {
    const block = response.getBlock();
    const number = block?.getHeader()?.getNumber();
    if (block !== undefined && number !== undefined) {
      if (number >= this.#withheldFrom) return;
      if (isOfBlocks) response.setBlock(this.#answer(number, block));
      if (isOfBlocks) this.#listeners.set(stream, number + 1);
    }
    stream.write(response);
  }

  #answer(number: number, block: common.Block): common.Block {
    const lies = this.#lies?.at === number ? this.#lies.all : [];
    const lie = lies[this.told.length % lies.length];
    if (lie === undefined) return block;
    this.told.push(lie.name);
    return lie.of(block);
  }

  /** The same question in its own name. */
  #ask(question: Uint8Array): common.Envelope {
    const { channel, reader } = this.#options;
    const by = new common.SignatureHeader();
    by.setCreator(reader.identity);
    const header = new common.Header();
    const type = common.HeaderType.DELIVER_SEEK_INFO;
    header.setChannelHeader(channelHeader({ channel, type, at: new Date() }).serializeBinary());
    header.setSignatureHeader(by.serializeBinary());
    const payload = new common.Payload();
    payload.setHeader(header);
    payload.setData(question); // as it came: its end is a number that JavaScript cannot write again
    const envelope = new common.Envelope();
    envelope.setPayload(payload.serializeBinary());
    envelope.setSignature(reader.sign(envelope.getPayload_asU8()));
    return envelope;
  }
}

function questionIn(envelope: common.Envelope): Uint8Array {
  return common.Payload.deserializeBinary(envelope.getPayload_asU8()).getData_asU8();
}
