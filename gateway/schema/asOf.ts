import type { FoundPoint } from '../past/asOf.ts';
import type { Builder } from './builder.ts';

/** The words in which everybody asks for the past, and is told which point was answered. */
export function addAsOf(builder: Builder) {
  const input = builder.inputType('AsOfInput', {
    description: 'As of when the registry is to answer. What is left out: now.',
    fields: (t) => ({
      recorded: t.field({
        type: 'Instant',
        description: 'What had been recorded by then. A fact counts as recorded when its block does, never before.',
      }),
      block: t.int({ description: 'What had been recorded up to this block of the ledger, this block included.' }),
      effective: t.field({
        type: 'Date',
        description: 'Of what was known, only what held in the world by the end of this day (UTC).',
      }),
    }),
  });
  const point = builder.objectRef<FoundPoint>('Point').implement({
    description: "A point of the registry's history.",
    fields: (t) => ({
      block: t.int({
        description: 'The last block whose facts were known; -1 before the first.',
        resolve: (p) => p.known,
      }),
      recordedAt: t.expose('recordedAt', { type: 'Instant', nullable: true, description: 'When it was recorded.' }),
      effective: t.field({ type: 'Date', nullable: true, resolve: ({ effective }) => effective }),
      settled: t.exposeBoolean('settled', {
        description: 'Whether the same question has this answer for ever. Ask by block, and it has.',
      }),
    }),
  });
  return { input, point };
}

/** The types of `addAsOf`. */
export type AsOfTypes = ReturnType<typeof addAsOf>;
