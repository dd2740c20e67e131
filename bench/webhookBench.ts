import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noticeTypes, partyDetailOf } from '#domain/notice/vocabulary.ts';
import { newTransportKey } from '#domain/seal/transportKey.ts';
import { HeightWatch } from '#projections/ingest/heightWatch.ts';
import { takePage } from '#projections/ingest/takePage.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { openDatabase, type Database } from '#projections/postgres/database.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { RegistryFacts, type NewFact } from '#projections/testing/registryFacts.ts';
import { agreed, approved, registered, schemaPublished } from '#projections/testing/samples.ts';
import { confirmWebhook, registerWebhook } from '#projections/webhooks/registrations.ts';

const agency = 'civil-registry';
const blocksInAPage = 20;
const factsInABlock = 25;

/** A node without a ledger that has subscribers, each a party with its own people. */
export type SubscribedNode = AsyncDisposable & {
  readonly database: Database;
  readonly keystore: Keystore;
  readonly heights: HeightWatch;
  /** Takes facts in, as blocks of 25 and pages of 20 blocks. */
  readonly take: (facts: readonly NewFact[]) => Promise<void>;
};

/** Opens the node in a folder and has every party told at its address of what happens to its people. */
export async function subscribedNode(
  folder: string,
  addresses: ReadonlyMap<string, string>,
  people: number,
): Promise<SubscribedNode> {
  const [keys, transport] = [join(folder, 'keys'), newTransportKey()];
  await mkdir(keys);
  await writeFile(join(keys, 'transport.json'), JSON.stringify({ epoch: 1, ...transport }));
  const keystore = await openFileKeystore(keys, agency);
  const database = await openDatabase({ directory: join(folder, 'postgres') });
  const [registry, heights] = [new RegistryFacts([{ agency, key: transport.publicKey }]), new HeightWatch()];
  let position = -1;
  const take = async (facts: readonly NewFact[]) => {
    for (const page of inParts(inParts(facts, factsInABlock), blocksInAPage)) {
      position = await takePage(
        { database, keystore },
        page.map((block) => registry.block(...block)),
        position,
      );
      heights.rise(position + 1);
    }
  };
  await take([schemaPublished()]);
  await take([...addresses.keys()].flatMap(approved));
  await take(Array.from({ length: people }, (_, index) => known(index, [...addresses.keys()])).flat());
  for (const [party, url] of addresses) await subscribe({ database, keystore }, party, url);
  return {
    ...{ database, keystore, heights, take },
    [Symbol.asyncDispose]: async () => {
      heights.close();
      await database.close();
    },
  };
}

function inParts<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

async function subscribe(
  { database, keystore }: Pick<SubscribedNode, 'database' | 'keystore'>,
  party: string,
  url: string,
) {
  const subscriber = { kind: 'party', id: party } as const;
  const types = noticeTypes.filter((type) => partyDetailOf(type) !== undefined);
  const made = await registerWebhook(database, keystore, { subscriber, url, types });
  const confirmed = made && (await confirmWebhook(database, subscriber, { webhook: made.id, token: made.token }));
  if (confirmed !== true) throw new Error('a webhook was not confirmed');
}

/** One person, who has said yes to one of the parties. */
function known(index: number, parties: readonly string[]): readonly NewFact[] {
  const person = personOf(index);
  return [registered(person), agreed(person, person, partyOf(index, parties))];
}

/** The id of a person. */
export const personOf = (index: number) => String(index).padStart(22, '0');

/** The party that is told of a person. */
export const partyOf = (index: number, parties: readonly string[]) => parties[index % parties.length] ?? '';

/** Something happens to a person, of which one party is told. */
export function happens(index: number, round: number): NewFact {
  const type = round % 2 === 0 ? 'IdentitySuspended' : 'IdentityReinstated';
  const data = { reason: 'court-order' };
  return { stream: `identity-${personOf(index)}`, fact: { type, data }, at: '2026-06-01T00:00:00.000Z' };
}

/** Servers of subscribers on this machine. */
export type Receivers = AsyncDisposable & {
  readonly port: number;
  /** What came since it was asked last. */
  readonly arrivals: () => Promise<readonly Arrival[]>;
};

/** Which text came when, and about whom by the party's own name. */
export type Arrival = readonly [jti: string, at: number, subject: string];

/** Starts them in a process of their own. */
export async function startReceivers(): Promise<Receivers> {
  const child = fork(join(import.meta.dirname, 'webhookReceivers.ts'));
  const ended = once(child, 'exit');
  const answer = async (): Promise<unknown> => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      ended.then(() => Promise.reject(new Error('the receivers ended'))),
    ])) as readonly unknown[];
    return message;
  };
  return {
    port: Number(await answer()),
    arrivals: async () => {
      const told = answer();
      child.send('arrivals');
      return (await told) as readonly Arrival[]; // what webhookReceivers.ts sends
    },
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await ended;
    },
  };
}
