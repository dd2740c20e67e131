import * as z from 'zod';
import { AgencyName, Digest } from '../envelope.ts';

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/);
const className = z.string().regex(/^[a-z][a-z-]{0,63}$/);
const limit = z.int().min(0).max(32);

const numberRules = z.strictObject({
  attribute: name,
  length: z.int().min(6).max(32),
  notStartingWith: z.array(z.string().regex(/^\d{1,4}$/)).max(16),
  sequenceLimit: limit,
  repeatingLimit: limit,
  repeatingBlockLimit: limit,
  evenRunLimit: limit,
  mirrorLength: limit,
  restricted: z.array(z.string().regex(/^\d{1,32}$/)).max(64),
  refuseCyclic: z.boolean(),
});

/** Publishes the next version of what the registry may hold about a person. */
export const PublishIdentitySchema = z.strictObject({
  type: z.literal('PublishIdentitySchema'),
  data: z.strictObject({
    version: z.int().min(1),
    fields: z
      .array(z.strictObject({ name, class: className, multilingual: z.boolean(), handle: z.boolean() }))
      .min(1)
      .max(200),
    classes: z.record(className, z.strictObject({ members: z.array(AgencyName).min(1).max(32) })),
    languages: z
      .array(z.string().regex(/^[a-z]{3}$/))
      .min(1)
      .max(32),
    number: numberRules,
    source: Digest,
  }),
});
export type PublishIdentitySchema = z.infer<typeof PublishIdentitySchema>;
export type IdentitySchemaCommand = PublishIdentitySchema;
