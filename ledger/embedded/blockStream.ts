import type { DeliveredBlock } from '../ledger.ts';
import type { Channel } from './channel.ts';
import type { Keep } from './privateStore.ts';

/** Blocks from `from` on, then live ones, without a gap, until the signal aborts or the ledger closes. */
export async function* blockStream(
  channel: Channel,
  from: number,
  signal: AbortSignal,
  mayShow: Keep,
): AsyncGenerator<DeliveredBlock> {
  const { chain } = channel;
  if (from > chain.height) throw new Error(`block ${from} was asked for, but this ledger ends before ${chain.height}`);
  for (let number = from; ; number += 1) {
    await untilHeight(channel, number, signal);
    if (signal.aborted || channel.isClosed) return;
    yield { number, ...(await chain.read(number, mayShow)) };
  }
}

async function untilHeight(channel: Channel, number: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (channel.chain.height <= number && !signal.aborted && !channel.isClosed) return;
      stop();
      signal.removeEventListener('abort', check);
      resolve();
    };
    const stop = channel.watch(check);
    signal.addEventListener('abort', check);
    check();
  });
}
