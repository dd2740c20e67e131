// A process that delivers from the queues of a database until it is killed; what it signs with comes from its environment.
import type { JWK } from 'jose';
import { createNodeSigner } from '#gateway/nodeSigner.ts';
import { startDelivery } from '#gateway/webhooks/delivery.ts';
import { createPosting } from '#gateway/webhooks/post.ts';
import { createReach } from '#gateway/webhooks/reach.ts';
import { HeightWatch } from '#projections/ingest/heightWatch.ts';
import { openDatabase } from '#projections/postgres/database.ts';

const [databaseUrl = ''] = process.argv.slice(2);
const key = JSON.parse(process.env['SIGNING_KEY'] ?? '') as JWK; // the test has written it
const heights = new HeightWatch();
setInterval(() => heights.rise(heights.height + 1), 20); // as a node whose ingest goes on
startDelivery({
  database: await openDatabase({ databaseUrl }),
  ingest: { height: () => heights.height, risen: heights.risen.bind(heights) },
  signer: await createNodeSigner('civil-registry', key),
  posting: createPosting({ reach: createReach(true), patience: 200 }),
  catchUp: { check: () => Promise.resolve() },
  pace: { first: 20, longest: 100, until: 3_600_000, lease: 300 },
});
console.log('begun');
