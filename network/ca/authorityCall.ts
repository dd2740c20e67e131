import { createPrivateKey, sign } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

/** How the caller proves who it is: by the secret it was registered with, or by a certificate it has. */
export type Caller =
  { readonly name: string; readonly secret: string } | { readonly certificate: string; readonly key: string };

/** Where an authority listens, and the root certificate that its own TLS certificate is checked against. */
export type AuthorityAddress = { readonly port: number; readonly root: string };

const Answer = z.object({
  success: z.boolean(),
  result: z.unknown(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
});

/** Asks an authority of Fabric CA over its REST interface and answers the result, unread. */
export async function callAuthority(
  { port, root }: AuthorityAddress,
  caller: Caller,
  operation: 'enroll' | 'reenroll' | 'register' | 'revoke',
  message: object,
): Promise<unknown> {
  const path = `/api/v1/${operation}`;
  const body = JSON.stringify(message);
  const call = request({
    ...{ host: '127.0.0.1', servername: 'localhost', port, path, method: 'POST', ca: root },
    headers: { 'content-type': 'application/json', authorization: authorizationOf(caller, path, body) },
    signal: AbortSignal.timeout(20_000),
  });
  call.end(body);
  const [response] = (await once(call, 'response')) as [Parameters<typeof text>[0]]; // an IncomingMessage, by the documentation of node:http
  const { success, result, errors } = Answer.parse(JSON.parse(await text(response)));
  if (success) return result;
  throw new Error(`ERR_AUTHORITY: ${operation}: ${errors.map(({ message: said }) => said).join('; ')}`);
}

function authorizationOf(caller: Caller, path: string, body: string): string {
  if ('secret' in caller) return `Basic ${base64(`${caller.name}:${caller.secret}`)}`;
  const certificate = base64(caller.certificate);
  const signed = ['POST', base64(path), base64(body), certificate].join('.');
  return `${certificate}.${signLowS(caller.key, signed)}`;
}

const base64 = (plain: string) => Buffer.from(plain).toString('base64');
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // of the curve P-256

// Every other ECDSA signature has the high one of the two valid values of s, which Fabric refuses.
function signLowS(key: string, signed: string): string {
  const privateKey = createPrivateKey(key);
  for (;;) {
    const signature = sign('sha256', Buffer.from(signed), privateKey);
    const s = signature.subarray(4 + (signature[3] ?? 0) + 2); // DER: r with its header, then s with its own
    if (BigInt(`0x${s.toString('hex')}`) <= order / 2n) return signature.toString('base64');
  }
}
