import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

// A party's receiver: `node_modules/.bin/node docs/examples/webhookReceiver.ts`. What it prints is what it would act upon.
const { PORT = '4000', PARTY = 'clinic', RECEIVER_PORT = '4100' } = process.env;
const keys = createRemoteJWKSet(new URL(`http://127.0.0.1:${PORT}/.well-known/jwks.json`));
const seen = new Set<unknown>(); // in earnest a table: a notice may come again, also days later

async function receive(token: string): Promise<void> {
  const { payload } = await jwtVerify(token, keys, {
    ...{ typ: 'secevent+jwt', algorithms: ['ES256'], issuer: 'urn:plinth:gateway:civil-registry', audience: PARTY },
    ...{ maxTokenAge: 300, clockTolerance: 30, requiredClaims: ['jti', 'events'] }, // an older one is a replay
  });
  if (seen.has(payload.jti)) return; // acknowledged like the first, and not acted upon again
  console.log(JSON.stringify(payload)); // of events whose name it does not know a receiver takes no notice
  seen.add(payload.jti);
}

const server = createServer((request, response) => {
  const answer = (status: number, body?: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body));
  text(request)
    .then(receive)
    .then(
      () => answer(202),
      (error: unknown) => (error instanceof errors.JOSEError ? answer(400, { err: 'invalid_request' }) : answer(503)),
    ); // what did not verify will never do; anything else may come again
});
server.listen(Number(RECEIVER_PORT), '127.0.0.1', () => console.log('listening', server.address()));
