import { Refused, refusedCodes } from '../refused.ts';
import type { Builder } from './builder.ts';

/** The type of every no. */
export function addRefused(builder: Builder): void {
  const Code = builder.enumType('RefusedCode', {
    description: 'Why something was refused. Codes are stable.',
    values: refusedCodes,
  });
  builder.objectType(Refused, {
    name: 'Refused',
    description: 'The rules say no; nothing was done.',
    fields: (t) => ({
      code: t.expose('code', { type: Code }),
      reason: t.exposeString('reason', { description: 'For a developer to read; it never holds a value.' }),
    }),
  });
}
