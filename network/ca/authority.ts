import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { stringify } from 'yaml';
import * as z from 'zod';
import { answers, freePorts, host } from '../ports.ts';
import { tailOf } from '../processes.ts';
import { until } from '../until.ts';
import { callAuthority, type AuthorityAddress, type Caller } from './authorityCall.ts';
import { authorityConfig, type Applicant } from './authorityConfig.ts';
import { certificateRequest } from './certificateRequest.ts';

/** Which authority: an agency's, in the folder where it keeps its key and its register. */
export type AuthorityPlace = { readonly program: string; readonly agency: string; readonly home: string };

/** Name under which the agency's registrar is known to its authority. */
export const registrarName = 'registrar';

const Enrolled = z.object({ Cert: z.base64() });
const Revoked = z.object({ CRL: z.base64() });

/** An agency's authority while it runs. */
export type Authority = {
  /** Its root certificate, in PEM. */
  readonly root: string;
  /** Certifies the holder of a key who has a secret, or renews for one who has a certificate already. */
  readonly certify: (caller: Caller, holder: Holder) => Promise<string>;
  readonly register: (registrar: Caller, applicant: Applicant) => Promise<void>;
  /** Revokes every certificate of this name; answers the list of all that are revoked, in PEM. */
  readonly revoke: (registrar: Caller, name: string) => Promise<string>;
};

/** Whose certificate, for which key, and what it is for. */
type Holder = { readonly name: string; readonly key: string; readonly use: 'signing' | 'tls' };

/**
 * Runs an agency's authority for as long as the work takes. It has nothing to do between two enrolments, and one that
 * does not run cannot be asked by the wrong people. The applicants are registered at its first start.
 */
export async function withAuthority<T>(
  place: AuthorityPlace,
  applicants: readonly Applicant[],
  work: (authority: Authority) => Promise<T>,
): Promise<T> {
  const { agency, home } = place;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeConfig(place, applicants);
  const running = await start(place);
  try {
    writeConfig(place, []); // the secrets are in the register by now, hashed
    const root = readFileSync(join(home, 'ca-cert.pem'), 'utf8');
    return await work(authorityAt({ port: running.port, root }, agency));
  } finally {
    await running.stop();
  }
}

function writeConfig({ agency, home }: AuthorityPlace, applicants: readonly Applicant[]): void {
  const config = authorityConfig(agency, registrarName, applicants);
  writeFileSync(join(home, 'fabric-ca-server-config.yaml'), stringify(config), { mode: 0o600 });
}

async function start({ program, home }: AuthorityPlace) {
  const [port = 0] = await freePorts(1);
  const log = join(home, 'ca.log');
  const output = openSync(log, 'a', 0o600);
  // Not detached, and killed with us: an authority must not outlive the command that needed it.
  const child = spawn(program, ['start', '--home', home, '--address', host, '--port', String(port)], {
    env: { ...process.env, FABRIC_CA_SERVER_OPERATIONS_LISTENADDRESS: `${host}:0` },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const ended = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await until('an authority listens', async () => {
      if (child.exitCode !== null) throw new Error(`an authority ended:\n${tailOf(log)}`);
      return existsSync(join(home, 'ca-cert.pem')) && (await answers(`${host}:${port}`));
    });
  } catch (error) {
    if (child.exitCode === null) await stop();
    throw error;
  }
  return { port, stop };
}

function authorityAt(address: AuthorityAddress, agency: string): Authority {
  return {
    root: address.root,
    certify: async (caller, { name, key, use }) => {
      const answer = await callAuthority(address, caller, 'secret' in caller ? 'enroll' : 'reenroll', {
        certificate_request: await certificateRequest(name, agency, key),
        ...(use === 'tls' && { profile: 'tls', hosts: ['localhost', host] }),
      });
      return Buffer.from(Enrolled.parse(answer).Cert, 'base64').toString();
    },
    register: async (registrar, { name, kind, secret }) => {
      await callAuthority(address, registrar, 'register', { id: name, type: kind, secret, affiliation: '' });
    },
    revoke: async (registrar, name) => {
      const answer = await callAuthority(address, registrar, 'revoke', { id: name, gencrl: true });
      return Buffer.from(Revoked.parse(answer).CRL, 'base64').toString();
    },
  };
}
