import { mkdirSync, writeFileSync } from 'node:fs';
import { eventually } from '#test/eventually.ts';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { signerOf } from '#ledger/embedded/identities.ts';
import type { Submission } from '#ledger/ledger.ts';
import { connectionOf } from '#network/connection.ts';
import { codeOf, suspension } from '#test/conformance/office.ts';
import { testSchema } from '#test/conformance/testbed.ts';
import { admission, newAgencies, newSigner, officerOf, order, type AgencyName } from '#test/registry.ts';
import { turnedAway } from './aftermath.ts';
import { falseDeath } from './forgeries.ts';
import { forgeTransaction } from './forgedTransaction.ts';
import { issue, type Wish } from './issuedCertificate.ts';
import { honestOnly, rogue, type Siege } from './siege.ts';

const wishes: readonly Wish[] = [
  { commonName: 'client', units: ['client'] },
  { commonName: 'officer-civil-registry', organization: 'civil-registry', units: ['client'] },
  {
    commonName: 'registrar',
    units: ['client'],
    attributes: { role: 'registrar', agency: 'civil-registry', 'hf.Type': 'admin', administrator: 'true' },
  },
  { commonName: 'peer', units: ['peer'] },
  { commonName: 'orderer', units: ['orderer'] },
  { commonName: 'admin', units: ['admin'] },
  { commonName: 'registrar', units: ['client', 'registrar', 'officer-civil-registry'] },
];

export function describeCertificates(siege: () => Siege): void {
  const asCreator = async (wish: Wish, agency: AgencyName = rogue) => {
    const client = await issueTo(siege(), wish);
    return siege().transactor(agency, { ...honestOnly(connectionOf(siege().description(), agency)), client });
  };

  describe("a certificate of a malicious agency's own authority", () => {
    it.each(wishes)("gives none of an officer's powers: %j", async (wish) => {
      const stream = await siege().registered();
      const transactor = await asCreator(wish);
      const own = suspension(stream, {}, siege().people[rogue]); // its own officer's word: the certificate does work
      const { outcomes } = await eventually(() => transactor.endorse([...ordersOf(stream), own]));
      const [last, ...others] = outcomes.map(codeOf).reverse();
      expect(last).toBe('');
      expect(others.filter((code) => !/^ERR_AUTHORITY_(MISSING|INVALID)$/.test(code))).toEqual([]);
    });

    it.each(wishes)('is no certificate of another agency: %j', async (wish) => {
      const transactor = await asCreator(wish, 'civil-registry');
      await expect(transactor.endorse([])).rejects.toMatchObject({ name: 'EndorsementFailed', retryable: false });
    });

    it('does not make a transaction of another agency, not even with two real endorsements', async () => {
      const stream = await siege().registered();
      const certified = await issue(siege().directory, rogue, { commonName: 'client', units: ['client'] });
      const creator = signerOf('civil-registry', certified);
      const endorsers = (['election-office', rogue] as const).map((agency) => siege().keys(agency).peer);
      const forged = forgeTransaction({ creator, endorsers, writes: await falseDeath(siege(), stream) });
      expect(await turnedAway(siege(), [stream], forged)).toEqual({ answers: [403, 403, 403, 403], changed: [] });
    });
  });
}

async function issueTo(siege: Siege, wish: Wish): Promise<{ readonly certificate: string; readonly key: string }> {
  const folder = join(siege.directory, 'issued', encodeURIComponent(JSON.stringify(wish)).slice(0, 100));
  mkdirSync(folder, { recursive: true });
  const issued = await issue(siege.directory, rogue, wish);
  const paths = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  writeFileSync(paths.certificate, issued.certificate);
  writeFileSync(paths.key, issued.key);
  return paths;
}

/** What only officers may order, or only another agency: unsigned, and signed by somebody who says to be an officer. */
function ordersOf(stream: string): readonly Submission[] {
  const impostor = newAgencies()['civil-registry']; // the officer's id, with another key
  const { signer } = impostor;
  const unsigned = ({ command }: Submission): Submission => ({ command: { ...command, authority: undefined } });
  const officer = { stream: 'agency-civil-registry', type: 'AddOfficer', data: officerOf(newSigner('new')) };
  const schema = { stream: schemaStream, type: 'PublishIdentitySchema', data: { ...testSchema, version: 2 } };
  const signed = [suspension(stream, {}, impostor), order(officer, { signer }), order(schema, { signer })];
  return [...signed, ...signed.map(unsigned), admission(impostor)];
}
