import { createServer, type AddressInfo } from 'node:net';

/** A port of this machine on which nobody listens now; somebody may a moment later. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo; // listening on TCP, so it has one
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
