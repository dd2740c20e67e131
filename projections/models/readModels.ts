import { agencies } from './agencies.ts';
import { anchors } from './anchors.ts';
import { attributes } from './attributes.ts';
import { consents } from './consents.ts';
import { identifiers } from './identifiers.ts';
import { identityDetails } from './identityDetails.ts';
import { identitySchemas } from './identitySchemas.ts';
import { proposals } from './proposals.ts';
import type { ReadModel } from './readModel.ts';
import { recordedTimes } from './recordedTimes.ts';
import { registryLog } from './registryLog.ts';
import { relyingParties } from './relyingParties.ts';
import { sharingPolicies } from './sharingPolicies.ts';
import { timeline } from './timeline.ts';

/** Everything that is folded from the ledger. None reads another's tables while it folds. */
export const readModels: readonly ReadModel[] = [
  identitySchemas,
  agencies,
  relyingParties,
  sharingPolicies,
  identityDetails,
  attributes,
  identifiers,
  consents,
  proposals,
  timeline,
  recordedTimes,
  registryLog,
  anchors,
];
