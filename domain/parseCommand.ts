import type * as z from 'zod';
import type { Fact } from './envelope.ts';
import { Refusal } from './refusal.ts';

type OrderSchema = z.ZodType<Fact> & { readonly shape: { readonly type: z.ZodLiteral<string> } };

/** Makes the parser of one noun's commands from their schemas. Its refusals name fields, never values. */
export function commandParser<const S extends readonly OrderSchema[]>(schemas: S): (order: Fact) => z.infer<S[number]> {
  const byType = new Map(schemas.map((schema) => [schema.shape.type.value, schema]));
  return (order) => {
    const schema = byType.get(order.type);
    if (schema === undefined) throw new Refusal('ERR_UNKNOWN_COMMAND', 'no such command for this stream');
    const parsed = schema.safeParse({ type: order.type, data: order.data });
    if (!parsed.success) throw new Refusal('ERR_MALFORMED', `in ${fieldsOf(parsed.error)}`);
    return parsed.data as z.infer<S[number]>; // the schema of this very type has just parsed it
  };
}

/** Where a value did not fit, without the value. */
export function fieldsOf(error: z.ZodError): string {
  return error.issues
    .map((issue) => issue.path.filter((step) => typeof step !== 'symbol').join('.') || 'the whole')
    .join(', ');
}
