import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Everything listens on this machine only. */
export const host = '127.0.0.1';

// Below the range from which operating systems draw the ports of outgoing connections: a restart days later finds its ports free.
const lowest = 20_000;
const highest = 32_000;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Finds `count` ports on which nobody listens, from `first` upwards. */
export async function freePorts(count: number, first = randomInt(lowest, highest - 1000)): Promise<number[]> {
  const found: number[] = [];
  for (let port = first; found.length < count; port += 1) {
    if (port > 65_535) throw new Error(`no ${count} free ports above ${first}`);
    if (await isFree(port)) found.push(port);
  }
  return found;
}

/** Whether somebody accepts connections at `host:port`. */
export async function answers(address: string): Promise<boolean> {
  const [name, port] = address.split(':');
  const socket = connect({ host: name ?? host, port: Number(port) });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
