import * as z from 'zod';
import { AgencyName, Digest } from '../envelope.ts';
import { AttributeName, ClassName, Language } from '../names.ts';

const limit = z.int().min(0).max(32);

/** The rules of `NumberRules` as a command or the file of a country pack writes them. */
export const WrittenNumberRules = z.strictObject({
  attribute: AttributeName,
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
      .array(z.strictObject({ name: AttributeName, class: ClassName, multilingual: z.boolean(), handle: z.boolean() }))
      .min(1)
      .max(200),
    classes: z.record(ClassName, z.strictObject({ members: z.array(AgencyName).min(1).max(32) })),
    languages: z.array(Language).min(1).max(32),
    number: WrittenNumberRules,
    source: Digest,
  }),
});
export type PublishIdentitySchema = z.infer<typeof PublishIdentitySchema>;
export type IdentitySchemaCommand = PublishIdentitySchema;
