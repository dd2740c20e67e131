import cliProgress from 'cli-progress';
import type { Progress } from './people/importFile.ts';

/** A bar on the terminal; where there is none, nothing. */
export function progressBar(what: string): Progress {
  const bar = new cliProgress.SingleBar(
    { format: `${what} {bar} {value}/{total} | {percentage}% | {eta} s left`, hideCursor: true, stopOnComplete: false },
    cliProgress.Presets.shades_classic,
  );
  return { start: (total) => bar.start(total, 0), step: () => bar.increment(), stop: () => bar.stop() };
}
