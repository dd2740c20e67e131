import type { Busy } from '#projections/webhooks/claimDeliveries.ts';

const slow = 2000; // ms after which an exchange counts as slow

type Known = { readonly begun: Set<{ readonly at: number }>; wasSlow: boolean };

/** Which exchanges are under way, and which webhooks take their time. */
export class UnderWay {
  readonly #webhooks = new Map<string, Known>();

  /** Notes an exchange; what it answers notes its end. */
  begin(webhook: string): () => void {
    const known = this.#webhooks.get(webhook) ?? { begun: new Set(), wasSlow: false };
    this.#webhooks.set(webhook, known);
    const begun = { at: performance.now() };
    known.begun.add(begun);
    return () => {
      known.begun.delete(begun);
      known.wasSlow = performance.now() - begun.at > slow;
      if (known.begun.size === 0 && !known.wasSlow) this.#webhooks.delete(webhook);
    };
  }

  busy(): readonly Busy[] {
    return [...this.#webhooks].map(([webhook, known]) => ({
      webhook,
      underWay: known.begun.size,
      isSlow: isSlow(known),
    }));
  }

  count(): { readonly fast: number; readonly slow: number } {
    const busy = this.busy();
    const sum = (some: readonly Busy[]) => some.reduce((total, { underWay }) => total + underWay, 0);
    return { fast: sum(busy.filter((each) => !each.isSlow)), slow: sum(busy.filter((each) => each.isSlow)) };
  }
}

function isSlow({ begun, wasSlow }: Known): boolean {
  return wasSlow || [...begun].some(({ at }) => at < performance.now() - slow);
}
