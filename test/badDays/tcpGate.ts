import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut and opened again, at an address that stays. */
export type TcpGate = { readonly port: number; readonly cut: () => Promise<void>; readonly open: () => Promise<void> };

export async function openTcpGate(target: number): Promise<TcpGate> {
  const sockets = new Set<Socket>();
  const pass = (from: Socket): void => {
    const to = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => (other.destroy(), sockets.delete(one)));
    }
    from.pipe(to).pipe(from);
  };
  const listen = async (port: number): Promise<Server> => {
    const server = createServer(pass).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    port,
    open: async () => void (server = await listen(port)),
    cut: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
