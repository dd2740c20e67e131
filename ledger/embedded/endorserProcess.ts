import { RegistryContract } from '#chaincode/registryContract.ts';
import { unreachable } from '#domain/unreachable.ts';
import type { Reader } from './committedState.ts';
import { makeEndorser, type Endorser } from './endorser.ts';
import type { ChildSetting, FromEndorser, ToEndorser } from './endorserMessages.ts';
import { identitiesOf, signerOf } from './identities.ts';
import type { SignedProposal } from './proposal.ts';
import type { Stored } from './versionedMap.ts';

// The program of a child process that endorses for one agency; childEndorser starts it and answers its reads.

const questions = new Map<number, (stored: Stored | undefined) => void>();
let asked = 0;
let endorser: Endorser | undefined;

process.on('message', (message: ToEndorser) => void take(message)); // the only sender is our childEndorser
process.on('disconnect', () => process.exit(0));

async function take(message: ToEndorser): Promise<void> {
  switch (message.kind) {
    case 'start':
      endorser = start(message.setting);
      return;
    case 'endorse':
      return endorse(message.task, message.proposal);
    case 'value':
      questions.get(message.question)?.(message.stored);
      questions.delete(message.question);
      return;
    default:
      return unreachable(message);
  }
}

function start(setting: ChildSetting): Endorser {
  const { channel, agency, peer, holders, collections, registryKey, clockOffset } = setting;
  shiftClock(clockOffset);
  return makeEndorser({
    channel,
    signer: signerOf(agency, peer),
    identities: identitiesOf(holders),
    contract: new RegistryContract(() => registryKey),
    collections: new Set(collections),
    clock: () => Date.now(),
  });
}

/** Sets the clock of the whole process, so that a contract that looks at it is found out too. */
function shiftClock(offset: number): void {
  const now = Date.now.bind(Date);
  globalThis.Date = new Proxy(Date, {
    construct: (target, parts: unknown[], made) =>
      Reflect.construct(target, parts.length === 0 ? [now() + offset] : parts, made) as Date, // what Date constructs
    get: (target, name, self): unknown => (name === 'now' ? () => now() + offset : Reflect.get(target, name, self)),
  });
}

async function endorse(task: number, proposal: SignedProposal): Promise<void> {
  try {
    if (endorser === undefined) throw new Error('not started');
    tell({ kind: 'endorsed', task, endorsement: await endorser.endorse(proposal, readerOf(task)) });
  } catch (error) {
    tell({ kind: 'refused', task, message: error instanceof Error ? error.message : 'endorsement failed' });
  }
}

function readerOf(task: number): Reader {
  const ask = (kind: 'read' | 'readHash', collection: string, key: string): Promise<Stored | undefined> =>
    new Promise((resolve) => {
      asked += 1;
      questions.set(asked, resolve);
      tell({ kind, task, question: asked, collection, key });
    });
  return {
    read: (collection, key) => ask('read', collection, key),
    readHash: (collection, keyHash) => ask('readHash', collection, keyHash),
  };
}

function tell(message: FromEndorser): void {
  process.send?.(message);
}
