import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import type { Country } from '#domain/country.ts';
import { addAccess } from './access.ts';
import { addAgency } from './agency.ts';
import { addAgencyAgreement } from './agencyAgreement.ts';
import { addAsOf } from './asOf.ts';
import { addAttributeInputs } from './attributeInputs.ts';
import { addAttributes } from './attributes.ts';
import { addAudit } from './audit.ts';
import { createBuilder, type Builder } from './builder.ts';
import { addConsent, addConsentCommands } from './consent.ts';
import { addCountry } from './country.ts';
import { addFact } from './fact.ts';
import { addFactSubscription } from './factSubscription.ts';
import { addIdentity } from './identity.ts';
import { addIdentityDetails } from './identityDetails.ts';
import { addIdentityEndings } from './identityEndings.ts';
import { addIdentitySchema } from './identitySchema.ts';
import { addIdentityValues } from './identityValues.ts';
import { addNoticeRead } from './noticeRead.ts';
import { addNoticeSubscription } from './noticeSubscription.ts';
import { addProposal } from './proposal.ts';
import { addProposalCommands } from './proposalCommands.ts';
import { addProposalReads } from './proposalReads.ts';
import { addProposed } from './proposed.ts';
import { addReceipt } from './receipt.ts';
import { addRefused } from './refused.ts';
import { addRegistryInputs } from './registryInputs.ts';
import { addRelyingParty } from './relyingParty.ts';
import { addResident } from './resident.ts';
import { addRole } from './role.ts';
import { addScalars } from './scalars.ts';
import { addService } from './service.ts';
import { addSharingPolicy } from './sharingPolicy.ts';
import { addFactKinds } from './timeline.ts';
import { addTombstone } from './tombstone.ts';
import { addWebhook } from './webhook.ts';
import { addWhoLooked } from './whoLooked.ts';

/** The GraphQL schema of a country: the registry's questions and commands, in the words of its identity schema. */
export function createSchema(country: Country): GraphQLSchema {
  const builder = createBuilder();
  addScalars(builder);
  addRefused(builder);
  const words = addCountry(builder, country);
  const attributes = addAttributes(builder, country, words);
  const receipt = addReceipt(builder);
  const inputs = addRegistryInputs(builder, words);
  const consent = addConsent(builder, words);
  addRoots(builder);
  addService(builder, { country, words, attributes });
  const asOf = addAsOf(builder);
  const fact = addFact(builder);
  const tombstone = addTombstone(builder, words);
  const access = addAccess(builder);
  addResident(builder, { attributes, consent, asOf, fact, tombstone, access });
  addWhoLooked(builder, access);
  addConsentCommands(builder, words, receipt);
  const role = addRole(builder);
  const proposed = addProposed(builder);
  const written = addAttributeInputs(builder, country, inputs);
  addIdentity(builder, { country, words, receipt, attributes: written });
  addIdentityValues(builder, { country, words, receipt, proposed, attributes: written });
  addIdentityEndings(builder, { words, proposed });
  addProposalCommands(builder, { words, receipt });
  addProposalReads(builder, addProposal(builder, { words, role, attributes }));
  addWebhook(builder);
  addRelyingParty(builder, { words, receipt, inputs });
  addSharingPolicy(builder, { words, receipt, proposed, inputs });
  addIdentitySchema(builder, country, proposed);
  addAgency(builder, { words, role, receipt, inputs });
  addAgencyAgreement(builder, { words, proposed, inputs });
  addIdentityDetails(builder, { asOf, tombstone });
  const kinds = addFactKinds(builder);
  addAudit(builder, { asOf, fact, ...kinds });
  addFactSubscription(builder, { fact, ...kinds });
  addNoticeRead(builder, addNoticeSubscription(builder));
  return builder.toSchema();
}

function addRoots(builder: Builder): void {
  builder.queryType({ description: 'What may be asked.' });
  builder.mutationType({ description: 'What may be done.' });
  builder.subscriptionType({ description: 'What may be listened to, as an event stream.' });
}

/** The schema as text, sorted, so that a change of the interface shows as a change of `gateway/schema.graphql`. */
export function printCountrySchema(country: Country): string {
  return `${printSchema(lexicographicSortSchema(createSchema(country)))}\n`;
}
