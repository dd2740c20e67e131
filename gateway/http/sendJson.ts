import type { ServerResponse } from 'node:http';
import type { RequestError } from './requestError.ts';

/** Sends a JSON answer that nobody may keep: answers are about people. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(text);
}

/** Sends a text of another kind, which nobody may keep either. */
export function sendText(response: ServerResponse, type: string, text: string): void {
  const length = Buffer.byteLength(text);
  response.writeHead(200, { 'content-type': type, 'content-length': length, 'cache-control': 'no-store' });
  response.end(text);
}

/** Sends an error in the shape of GraphQL's, so callers read one shape only. */
export function sendError(response: ServerResponse, error: RequestError): void {
  if (error.status === 401) response.setHeader('www-authenticate', 'Bearer');
  // What is left of a body that was not read must not be taken for the next request.
  if (error.status === 413) response.setHeader('connection', 'close');
  sendJson(response, error.status, { errors: [{ message: error.message, extensions: { code: error.code } }] });
}
