import * as z from 'zod';

/** ISO 639-2 code of a language. */
export const Language = z.string().regex(/^[a-z]{3}$/, 'a language is an ISO 639-2 code such as "eng"');

/** What somebody or something is called, by language. */
export const NameByLanguage = z.record(Language, z.string().min(1).max(200));

/** How an attribute of a person may be called. */
export const AttributeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a name begins with a letter, then letters, digits, _ and -');

/** How an attribute class may be called; it is also the name of a private collection. */
export const ClassName = z.string().regex(/^[a-z][a-z-]{0,63}$/, 'a class is written in small letters and hyphens');
