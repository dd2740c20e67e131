import { describe, expect, it } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { createReach, type Reach } from './reach.ts';

const codeOf = (work: () => unknown) => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code; // whatever was thrown
  }
};
const [world, demo] = [createReach(false), createReach(true)];

describe('the address of a subscriber', () => {
  it.each([
    ...['http://example.org/', 'ftp://example.org/', 'file:///etc/passwd', 'example.org', 'https://', ''],
    ...['https://user@example.org/', 'https://:secret@example.org/', 'https://example.org/#here'],
    ...['https://127.0.0.1/', 'https://127.1/', 'https://2130706433/', 'https://0x7f.0.0.1/', 'https://0177.0.0.1/'],
    ...['https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://[::ffff:a00:1]/', 'https://[64:ff9b::7f00:1]/'],
    ...['https://169.254.169.254/latest/meta-data', 'https://[fd00:ec2::254]/', 'https://10.0.0.1:8443/'],
    `https://example.org/${'x'.repeat(1000)}`,
  ])('is not %s', (text) => expect(codeOf(() => world.check(text))).toBe('ERR_ADDRESS_REFUSED'));

  it.each(['https://example.org/hook?x=1', 'https://example.org:8443/', 'https://8.8.8.8/', 'https://[2606:4700::1]/'])(
    'may be %s',
    (text) => expect(world.check(text).href).toBe(text),
  );

  it('may be this machine itself, without TLS, in a demo and nowhere else', () => {
    for (const text of ['http://127.0.0.1:8080/', 'http://[::1]:8080/', 'http://localhost:8080/']) {
      expect(demo.check(text).href).toBe(text);
      expect(codeOf(() => world.check(text))).toBe('ERR_ADDRESS_REFUSED');
    }
    for (const text of ['http://8.8.8.8/', 'http://10.0.0.1/', 'https://10.0.0.1/'])
      expect(codeOf(() => demo.check(text))).toBe('ERR_ADDRESS_REFUSED');
  });
});

type Found = { readonly code?: string | undefined; readonly address?: unknown };

function lookUp(reach: Reach, protocol: 'https:' | 'http:', all: boolean): Promise<Found> {
  return new Promise((done) => {
    reach.lookup(protocol)('name.example', { all }, (error, address) =>
      done(error === null ? { address } : { code: error.code }),
    );
  });
}

const named = (...addresses: readonly string[]) =>
  addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
const reachOf = (loopback: boolean, found: LookupAddress[]) => createReach(loopback, () => Promise.resolve(found));

describe('a name', () => {
  it('leads to the very addresses that were checked', async () => {
    const found = named('8.8.8.8', '2606:4700::1');
    expect(await lookUp(reachOf(false, found), 'https:', true)).toEqual({ address: found });
    expect(await lookUp(reachOf(false, found), 'https:', false)).toEqual({ address: '8.8.8.8' });
  });

  it.each([[['10.0.0.1']], [['8.8.8.8', '169.254.169.254']], [['::1']], [['fd00::1', '8.8.8.8']], [[]]])(
    'that stands for %j leads nowhere',
    async (addresses) => {
      for (const all of [true, false])
        expect(await lookUp(reachOf(false, named(...addresses)), 'https:', all)).toEqual({
          code: 'ERR_ADDRESS_REFUSED',
        });
    },
  );

  it('without TLS leads to this machine and nowhere else', async () => {
    expect(await lookUp(reachOf(true, named('127.0.0.1')), 'http:', false)).toEqual({ address: '127.0.0.1' });
    expect(await lookUp(reachOf(true, named('8.8.8.8')), 'http:', false)).toEqual({ code: 'ERR_ADDRESS_REFUSED' });
  });

  it('that nobody knows says so', async () => {
    const unknown = createReach(false, () =>
      Promise.reject(Object.assign(new Error('no such name'), { code: 'ERR_NAME_UNKNOWN' })),
    );
    expect(await lookUp(unknown, 'https:', true)).toEqual({ code: 'ERR_NAME_UNKNOWN' });
  });
});
