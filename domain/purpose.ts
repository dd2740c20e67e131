import * as z from 'zod';

/** Why data are asked for: a term of the W3C Data Privacy Vocabulary 2.3 (https://w3id.org/dpv), by its local name. */
export const Purpose = z.enum([
  'IdentityVerification',
  'IdentityAuthentication',
  'AgeVerification',
  'Verification',
  'ServiceProvision',
  'ServiceRegistration',
  'RequestedServiceProvision',
  'ServiceAccessDetermination',
  'LegalCompliance',
  'FraudPreventionAndDetection',
  'PublicBenefit',
  'ImprovePublicServices',
  'RecordManagement',
  'ScientificResearch',
  'PersonnelManagement',
]);
export type Purpose = z.infer<typeof Purpose>;
