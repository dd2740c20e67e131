import 'reflect-metadata'; // @peculiar/x509 wants it first
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import { SignJWT } from 'jose';
import { openReceiver, type Receiver } from '#test/webhookReceiver.ts';
import { createPosting, type PostingOptions } from './post.ts';
import { createReach } from './reach.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

let body: string;
beforeAll(async () => {
  const claims = { jti: 'n-1', iat: 1, aud: 'clinic', events: { 'urn:plinth:notice:identity.deceased:1': {} } };
  body = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32));
});

async function receiver(tls?: Parameters<typeof openReceiver>[0]): Promise<Receiver> {
  const made = await openReceiver(tls);
  opened.push(made.close);
  return made;
}

/** What posting somewhere comes to: what was answered, or the code of why nothing was. */
async function posted(url: string, options: Partial<PostingOptions> = {}) {
  const posting = createPosting({ reach: createReach(true), patience: 400, ...options });
  opened.push(posting.close);
  return posting.post(url, body).catch((error: unknown) => (error as { code: string }).code); // a PostFault
}

describe('an answer', () => {
  it('is its status, and a code that RFC 8935 knows', async () => {
    const { url, answers, received } = await receiver();
    expect(await posted(url)).toEqual({ status: 202 });
    expect(received.map(({ text }) => text)).toEqual([body]);
    const json = { 'content-type': 'application/json' };
    answers(
      (response) => void response.writeHead(400, json).end('{"err":"invalid_key","description":"a stranger\'s words"}'),
    );
    expect(await posted(url)).toEqual({ status: 400, err: 'invalid_key' });
    answers((response) => void response.writeHead(400, json).end('{"err":"Ada Byron, born 1815"}'));
    expect(await posted(url)).toEqual({ status: 400 });
  });

  it('that leads elsewhere is not followed', async () => {
    const [{ url, answers }, elsewhere] = [await receiver(), await receiver()];
    answers((response) => void response.writeHead(307, { location: elsewhere.url }).end());
    expect(await posted(url)).toEqual({ status: 307 });
    expect(elsewhere.received).toHaveLength(0);
  });

  it('without an end is read no further than it is of use', async () => {
    const { url, answers } = await receiver();
    let sent = 0;
    for (const status of [202, 400]) {
      answers((response) => {
        response.writeHead(status);
        const write = () => {
          while (!response.destroyed && response.write('x'.repeat(1024))) sent += 1024;
        };
        response.on('drain', write);
        write();
      });
      expect(await posted(url, { patience: 10_000 })).toEqual({ status });
    }
    expect(sent).toBeLessThan(10_000_000);
  });

  it('that comes too slowly is none, and one that has acknowledged counts however slowly it ends', async () => {
    const { url, answers } = await receiver();
    answers(() => undefined);
    expect(await posted(url)).toBe('ERR_TIMEOUT');
    answers((response) => void response.writeHead(202).write('x'));
    expect(await posted(url)).toEqual({ status: 202 });
    answers((response) => void response.writeHead(202, { 'x-long': 'x'.repeat(20_000) }).end());
    expect(await posted(url)).toBe('ERR_ANSWER_INVALID');
    answers((response) => void response.destroy());
    expect(await posted(url)).toBe('ERR_CONNECTION');
  });

  it('that changes to another protocol is none, and ends at once', async () => {
    const { url, answers } = await receiver();
    answers((response) => void response.writeHead(101, { connection: 'upgrade', upgrade: 'websocket' }).end());
    expect(await posted(url, { patience: 10_000 })).toBe('ERR_ANSWER_INVALID');
  });

  it('is none where nobody listens', async () => {
    const { url, close } = await openReceiver();
    await close();
    expect(await posted(url)).toBe('ERR_CONNECTION');
  });
});

describe('a name', () => {
  it('that was this machine and now is one that nothing is sent to gets no further connection', async () => {
    const { url, received, answers } = await receiver();
    const named = url.replace('127.0.0.1', 'liar.example');
    let address = '127.0.0.1';
    const reach = createReach(true, () => Promise.resolve([{ address, family: 4 }]));
    const posting = createPosting({ reach, patience: 400 });
    opened.push(posting.close);
    answers((response) => void response.writeHead(202, { connection: 'close' }).end());
    expect(await posting.post(named, body)).toEqual({ status: 202 });
    for (address of ['169.254.169.254', '10.0.0.1', '127.0.0.1.', '8.8.8.8'])
      await expect(posting.post(named, body)).rejects.toMatchObject({ code: 'ERR_ADDRESS_REFUSED' });
    expect(received).toHaveLength(1);
  });

  it('that nobody knows is no address', async () => {
    const reach = createReach(true, () => Promise.reject(Object.assign(new Error(), { code: 'ERR_NAME_UNKNOWN' })));
    expect(await posted('https://nobody.example/', { reach })).toBe('ERR_NAME_UNKNOWN');
  });
});

describe('over TLS', () => {
  it('a certificate counts for the name that it is for, by an authority that is known', async () => {
    const { cert, key } = await certificateFor('hook.example');
    const { url, received } = await receiver({ cert, key });
    const reach = createReach(true, () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]));
    const at = (name: string) => url.replace('127.0.0.1', name);
    expect(await posted(at('hook.example'), { reach, authority: cert })).toEqual({ status: 202 });
    expect(await posted(at('hook.example'), { reach })).toBe('ERR_TLS');
    expect(await posted(at('other.example'), { reach, authority: cert })).toBe('ERR_TLS');
    expect(received).toHaveLength(1);
  });
});

describe('a proxy of the environment', () => {
  it('is not used', async () => {
    const { url, received } = await receiver();
    const script = `
      const [{ createPosting }, { createReach }] = await Promise.all(['post', 'reach'].map((name) => import('#gateway/webhooks/' + name + '.ts')));
      const posting = createPosting({ reach: createReach(true), patience: 2000 });
      console.log((await posting.post(process.argv[1], process.argv[2])).status);
      posting.close();`;
    const proxy = 'http://127.0.0.1:9';
    const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy };
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, url, body], { env });
    expect(stdout).toBe('202\n');
    expect(received).toHaveLength(1);
  });
});

async function certificateFor(name: string): Promise<{ readonly cert: string; readonly key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    notAfter: new Date(Date.now() + 86_400_000),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
    ],
  });
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: made.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
}
