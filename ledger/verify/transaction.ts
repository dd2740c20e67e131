import { hash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { Discrepancy, demand, readMessage } from './discrepancy.ts';
import { effectsOf, type Effect } from './effects.ts';
import { Message } from './wire.ts';

/** What agencies decided, and who of them signed it. */
export type Decision = {
  readonly chaincode: string;
  /** The chaincode that the creator asked. */
  readonly asked: string;
  readonly arguments: readonly Uint8Array[];
  /** What they signed. */
  readonly response: Uint8Array;
  readonly endorsements: readonly { readonly endorser: Uint8Array; readonly signature: Uint8Array }[];
  /** Whether they were asked what the transaction says they were. */
  readonly isAsAsked: boolean;
  readonly effects: readonly Effect[];
};

/** An envelope of a block, opened; nothing of it is checked yet. */
export type Transaction = {
  readonly id: string;
  readonly channel: string;
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** The client's clock, in milliseconds. */
  readonly time: number;
  readonly content: Decision | common.ConfigEnvelope;
};

/** A transaction, or why it cannot be read. */
export type Opened = { readonly transaction?: Transaction; readonly unreadable?: string };

/** Opens an envelope. Orderers do not look into envelopes, so it may be any bytes at all. */
export function openTransaction(bytes: Uint8Array): Opened {
  try {
    return { transaction: readTransaction(bytes) };
  } catch (error) {
    if (error instanceof Discrepancy) return { unreadable: error.message };
    throw error;
  }
}

/** Whether a transaction's content is a configuration rather than a decision of the agencies. */
export function isConfig(content: Transaction['content']): content is common.ConfigEnvelope {
  return content instanceof common.ConfigEnvelope;
}

function readTransaction(bytes: Uint8Array): Transaction {
  const envelope = new Message(bytes, 'the envelope').demandWhole({ scalars: [1, 2] });
  const payload = new Message(envelope.bytes(1), 'the payload');
  const header = payload.get(1, 'the header of the payload');
  const about = new Message(header.bytes(1), 'the channel header');
  const by = new Message(header.bytes(2), 'the signature header');
  return {
    id: about.text(5),
    channel: about.text(4),
    creator: by.bytes(1),
    nonce: by.bytes(2),
    payload: envelope.bytes(1),
    signature: envelope.bytes(2),
    time: timeOf(about.get(3, 'the timestamp')),
    content: contentOf({ about, header, bytes: payload.bytes(2) }),
  };
}

function timeOf(timestamp: Message): number {
  return timestamp.number(1) * 1000 + Math.floor(timestamp.number(2) / 1_000_000);
}

type Content = { readonly about: Message; readonly header: Message; readonly bytes: Uint8Array };

function contentOf({ about, header, bytes }: Content): Transaction['content'] {
  const { CONFIG, ENDORSER_TRANSACTION } = common.HeaderType;
  const type = about.number(1);
  if (type === CONFIG)
    return readMessage((each) => common.ConfigEnvelope.deserializeBinary(each), bytes, 'the configuration');
  demand(type === ENDORSER_TRANSACTION, `a transaction of type ${type}`);
  return decisionOf({ about, header, bytes });
}

const endorsed = 'what was endorsed';

function decisionOf({ about, header, bytes }: Content): Decision {
  const actions = new Message(bytes, endorsed).list(1);
  const [first] = actions;
  demand(actions.length === 1 && first !== undefined, `${actions.length} actions`);
  const payload = new Message(new Message(first, endorsed).bytes(2), endorsed);
  const decided = payload.get(2, 'the endorsed action');
  const response = decided.bytes(1);
  const opened = new Message(response, endorsed);
  const action = new Message(opened.bytes(2), endorsed);
  const question = payload.bytes(1);
  const asked = digest(header.bytes(1), header.bytes(2), question);
  return {
    chaincode: action.find(4, endorsed)?.text(2) ?? '',
    asked: new Message(about.bytes(7), endorsed).find(2, endorsed)?.text(2) ?? '',
    arguments: argumentsOf(question),
    response,
    endorsements: decided.list(2).map((each) => {
      const endorsement = new Message(each, endorsed);
      return { endorser: endorsement.bytes(1), signature: endorsement.bytes(2) };
    }),
    isAsAsked: asked.equals(opened.bytes(1)),
    effects: effectsOf(action.bytes(1)),
  };
}

function argumentsOf(question: Uint8Array): readonly Uint8Array[] {
  const asked = 'what was asked';
  const invocation = new Message(new Message(question, asked).bytes(1), asked);
  return invocation.find(1, asked)?.find(3, asked)?.list(1) ?? [];
}

/** SHA-256 over these parts, one after the other. */
export function digest(...parts: readonly Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}
