import { noticeTypes, partyDetailOf, type NoticeType } from '#domain/notice/vocabulary.ts';
import { createNodeSigner, type NodeSigner } from '#gateway/nodeSigner.ts';
import { startDelivery, type DeliveryRun } from '#gateway/webhooks/delivery.ts';
import { createPosting, type PostingOptions } from '#gateway/webhooks/post.ts';
import { createReach } from '#gateway/webhooks/reach.ts';
import { HeightWatch } from '#projections/ingest/heightWatch.ts';
import type { Pace } from '#projections/webhooks/settleDeliveries.ts';
import { confirmWebhook, registerWebhook } from '#projections/webhooks/registrations.ts';
import type { Subscriber } from '#projections/webhooks/webhook.ts';
import { agreed, approved, registered, schemaPublished } from '#projections/testing/samples.ts';
import type { NewFact } from '#projections/testing/registryFacts.ts';
import { openTestNode, type TestNode } from '#projections/testing/testNode.ts';

const during = '2026-06-01T00:00:00.000Z';

const parties = ['clinic', 'bank'] as const;
const partyTypes = noticeTypes.filter((type) => partyDetailOf(type) !== undefined);

/** A node without a ledger and without a gateway, whose deliveries a test starts and stops. */
export type WebhookBed = TestNode & {
  readonly signer: NodeSigner;
  /** Starts a delivery like another process would; stopped with the bed at the latest. */
  readonly start: (options?: BedOptions) => DeliveryRun;
  /** A confirmed webhook; answers its id. */
  readonly webhook: (url: string, subscriber?: Subscriber, types?: readonly NoticeType[]) => Promise<string>;
};

type BedOptions = Partial<PostingOptions> & { readonly pace?: Pace };

/** Pauses as short as a test can bear, and nothing is given up. */
export const quick: Pace = { first: 20, longest: 100, until: 3_600_000, lease: 5000 };

/** Opens the bed, with two parties that are approved. */
export async function openWebhookBed(): Promise<WebhookBed> {
  const node = await openTestNode();
  const heights = new HeightWatch();
  const runs: DeliveryRun[] = [];
  let blocks = 0;
  const take: TestNode['take'] = async (...facts) => {
    await node.take(...facts);
    heights.rise((blocks += 1));
  };
  await take(schemaPublished(), ...parties.flatMap(approved));
  const signer = await createNodeSigner(node.keystore.agency, node.keystore.signingKey);
  const catchUp = { check: () => Promise.resolve() };
  const ingest = { height: () => heights.height, risen: heights.risen.bind(heights) };
  return {
    ...node,
    take,
    signer,
    start: ({ pace = quick, ...options } = {}) => {
      const posting = createPosting({ reach: createReach(true), patience: 1000, ...options });
      const run = startDelivery({ database: node.database, ingest, signer, posting, pace, catchUp });
      runs.push(run);
      return run;
    },
    webhook: (url, subscriber = { kind: 'party', id: 'clinic' }, types = partyTypes) =>
      newWebhook(node, { url, subscriber, types }),
    close: async () => {
      heights.close();
      for (const run of runs) await run.stop();
      await node.close();
    },
  };
}

async function newWebhook(
  { database, keystore }: TestNode,
  registration: Parameters<typeof registerWebhook>[2],
): Promise<string> {
  const made = await registerWebhook(database, keystore, registration);
  if (made === undefined) throw new Error('too many webhooks');
  const { id: webhook, token } = made;
  if (!(await confirmWebhook(database, registration.subscriber, { webhook, token }))) throw new Error('not confirmed');
  return webhook;
}

/** Somebody who is registered, and has said yes to each of these parties. */
export function known(person: string, to: readonly string[] = ['clinic']): readonly NewFact[] {
  return [registered(person), ...to.map((party) => agreed(`${person}-${party}`, person, party))];
}

/** Something that happens to somebody. */
export function happens(person: string, type: string): NewFact {
  const data = { reason: 'court-order', ...(type === 'IdentityErased' && { proposals: [] }) };
  return { stream: `identity-${person}`, fact: { type, data }, at: during };
}
