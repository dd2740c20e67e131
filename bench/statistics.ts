/** The value below which a share (0 to 1) of the samples lies, by nearest rank. Throws when there are none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** The middle of the samples; of an even number, the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const upper = percentile(samples, 0.5 + 0.5 / samples.length);
  return (percentile(samples, 0.5) + upper) / 2;
}

/** Rounded to three digits that count, so that nobody reads more into a figure than it holds. */
export function rounded(value: number): number {
  return Number(value.toPrecision(value >= 1000 ? 4 : 3));
}
