const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does work that an interruption must not tear apart: `tidy` runs before the process ends.
 * Without a listener a signal ends a process anywhere, also between starting a program and writing down that it runs.
 */
export async function tidyWhenInterrupted<T>(work: () => Promise<T>, tidy: () => Promise<unknown>): Promise<T> {
  const interrupted = () => void tidy().finally(() => process.exit(130));
  for (const signal of signals) process.once(signal, interrupted);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.off(signal, interrupted);
  }
}
