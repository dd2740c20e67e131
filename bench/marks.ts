import type { Result } from './measurement.ts';

/** What a figure should reach at first; later work raises it. */
export type Mark = { readonly of: 'value' | 'ratio'; readonly atLeast?: number; readonly atMost?: number };

/** Every figure the bench must give, with its first mark; `undefined` where it is only reported. */
export const marks: Readonly<Record<string, Mark | undefined>> = {
  'fabric.identities.grouped': { of: 'ratio', atLeast: 3 },
  'fabric.command.single.p50': { of: 'ratio', atMost: 1.3 },
  'fabric.private.cost': { of: 'ratio', atMost: 2 },
  'embedded.identities.grouped': { of: 'value', atLeast: 500 },
  'import.rows': undefined,
  'query.consented': undefined,
  'query.consented.p99': undefined,
  'store.append': undefined,
  'store.append.standin': undefined,
  'store.read': undefined,
  'store.read.standin': undefined,
  'rebuild.events': { of: 'value', atLeast: 20_000 },
  'node.catchup': { of: 'value', atLeast: 2000 },
  'audit.verify': { of: 'value', atLeast: 2000 },
  'audit.follow.lag': { of: 'value', atMost: 1000 },
  'log.build': { of: 'value', atLeast: 50_000 },
  'webhook.delivery': { of: 'value', atLeast: 1000 },
  'webhook.delivery.p99': { of: 'value', atMost: 250 },
  'proof.check': { of: 'value', atMost: 2 },
  'start.ready': { of: 'value', atMost: 10 },
  'memory.embedded.1k': undefined,
};

/** Whether a result reaches its mark; undefined when it has none. */
export function reaches(result: Result, mark = marks[result.name]): boolean | undefined {
  if (mark === undefined) return undefined;
  // Judged before the ratio was rounded: 1.304 is not 1.3.
  const figure = mark.of === 'ratio' ? result.value / (result.baseline ?? NaN) : result.value;
  if (Number.isNaN(figure)) return false;
  return figure >= (mark.atLeast ?? -Infinity) && figure <= (mark.atMost ?? Infinity);
}
