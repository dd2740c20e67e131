import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// Subscribers' servers in a process of their own: each notes which texts came when, and tells it when it is asked.
let arrivals: [jti: string, at: number, subject: string][] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(202).end();
    const at = Date.now();
    const { jti, sub_id } = claimsOf(Buffer.concat(chunks).toString());
    arrivals.push([jti, at, sub_id.id]);
  });
});
server.keepAliveTimeout = 60_000;

type Claims = { readonly jti: string; readonly sub_id: { readonly id: string } };

function claimsOf(text: string): Claims {
  const [, payload = ''] = text.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims; // the bench has signed it
}

process.on('message', () => {
  process.send?.(arrivals);
  arrivals = [];
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo; // it listens on TCP
  process.send?.(port);
});
