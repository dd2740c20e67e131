import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { registrarName, withAuthority, type Authority, type AuthorityPlace } from './authority.ts';
import type { Caller } from './authorityCall.ts';
import type { Applicant } from './authorityConfig.ts';
import { authorityProgram } from './authorityProgram.ts';
import { newKey } from './certificateRequest.ts';

const agency = 'civil-registry';
const home = await mkdtemp(join(tmpdir(), 'plinth-authority-'));
const applicants: readonly Applicant[] = [
  { name: registrarName, kind: 'client', secret: 'one' },
  { name: 'peer', kind: 'peer', secret: 'two' },
];
let place: AuthorityPlace;

beforeAll(async () => {
  const program = await authorityProgram((line) => void process.stderr.write(`  authority: ${line}\n`));
  place = { program, agency, home };
}, 600_000);

afterAll(() => rm(home, { recursive: true, force: true }));

const run = async <T>(work: (authority: Authority) => Promise<T>) => withAuthority(place, applicants, work);

async function certified(authority: Authority, caller: Caller, name: string, key = newKey()) {
  return { key, certificate: await authority.certify(caller, { name, key, use: 'signing' }) };
}

describe("an agency's authority", () => {
  it('says in a certificate whose it is, and what its holder may be', async () => {
    await run(async (authority) => {
      const { certificate } = await certified(authority, { name: 'peer', secret: 'two' }, 'peer');
      const read = new X509Certificate(certificate);
      expect(read.subject).toBe(`O=${agency}\nOU=peer\nCN=peer`);
      expect(read.verify(new X509Certificate(authority.root).publicKey)).toBe(true);
      const key = newKey();
      const tls = await authority.certify({ name: 'peer', secret: 'two' }, { name: 'peer', key, use: 'tls' });
      expect(new X509Certificate(tls).subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
    });
  });

  it('takes a secret for two certificates and not for a third', async () => {
    await run(async (authority) => {
      const third = certified(authority, { name: 'peer', secret: 'two' }, 'peer');
      await expect(third).rejects.toThrow('ERR_AUTHORITY: enroll: Authentication failure');
    });
  });

  it('certifies nobody under the name of another', async () => {
    await run(async (authority) => {
      const other = certified(authority, { name: registrarName, secret: 'one' }, 'peer');
      await expect(other).rejects.toThrow('ERR_AUTHORITY: enroll');
    });
  });

  it('renews for who has a certificate, until it is revoked', async () => {
    await run(async (authority) => {
      const registrar = await certified(authority, { name: registrarName, secret: 'one' }, registrarName);
      await authority.register(registrar, { name: 'second', kind: 'client', secret: 'three' });
      const second = await certified(authority, { name: 'second', secret: 'three' }, 'second');
      const renewed = await certified(authority, second, 'second', second.key);
      const keyOf = (certificate: string) => new X509Certificate(certificate).publicKey;
      expect(keyOf(renewed.certificate).equals(keyOf(second.certificate))).toBe(true);

      expect(await authority.revoke(registrar, 'second')).toContain('BEGIN X509 CRL');
      await expect(certified(authority, renewed, 'second', second.key)).rejects.toThrow('ERR_AUTHORITY: reenroll');
    });
  });

  it('leaves nobody listening when the work is done', async () => {
    const listening = await run((authority) => Promise.resolve(authority));
    await expect(certified(listening, { name: 'peer', secret: 'two' }, 'peer')).rejects.toThrow('ECONNREFUSED');
  });
});
