import { auditFollow } from './auditFollow.ts';
import { auditVerify } from './auditVerify.ts';
import { embeddedIdentities } from './embeddedIdentities.ts';
import { fabricIdentities } from './fabricIdentities.ts';
import { importRows } from './importRows.ts';
import { logBuild } from './logBuild.ts';
import type { Measurement } from './measurement.ts';
import { nodeCatchup } from './nodeCatchup.ts';
import { privateCost } from './privateCost.ts';
import { proofCheck } from './proofCheck.ts';
import { rebuildEvents } from './rebuildEvents.ts';
import { runningNode } from './runningNode.ts';
import { storeEvents } from './storeEvents.ts';
import { webhookDelivery } from './webhookDelivery.ts';

/** Everything that `npm run bench` measures, in this order. */
export const measurements: readonly Measurement[] = [
  fabricIdentities,
  privateCost,
  embeddedIdentities,
  importRows,
  runningNode,
  rebuildEvents,
  storeEvents,
  nodeCatchup,
  auditVerify,
  auditFollow,
  logBuild,
  proofCheck,
  webhookDelivery,
];
