/** What comes of it; undefined when it cannot be done. What was wrong is not kept: messages of parsers quote what they read. */
export function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined; // the caller says what was expected
  }
}
