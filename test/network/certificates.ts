import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import { verifyBlocks } from '#ledger/verify/verifyBlocks.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription } from '#network/description.ts';
import { layoutOf } from '#network/layout.ts';
import { renewCertificates } from '#network/renew.ts';
import { enrolClient, revokeIdentity } from '#network/revoke.ts';
import { readBlocks } from '#test/conformance/blockBytes.ts';
import { registration } from '#test/registry.ts';
import { underLoad } from './load.ts';
import type { TestNetwork } from './testNetwork.ts';

/** Certificates that come to their end, by time or by order. */
export function describeCertificates(network: () => TestNetwork): void {
  describe('whose certificates end', () => {
    describeRenewal(network);
    describeRevocation(network);
  });
}

const agency = 'election-office';

function describeRenewal(network: () => TestNetwork): void {
  it('renews those of all orderers, peers and clients, one after another, at work, for the keys they have', async () => {
    const { directory } = network().options;
    const { orderer, peer, client } = layoutOf(directory).agency(agency);
    const nodes = [orderer, peer].flatMap(({ certificate, tls }) => [certificate, tls.certificate]);
    const files = [...nodes, client.certificate];
    const read = () => files.map((file) => new X509Certificate(readFileSync(file)));
    const before = read();
    await underLoad(network(), ['civil-registry'], () => renewCertificates(directory, { within: 400 }));
    const after = read();
    after.forEach((certificate, index) => {
      const old = before[index];
      expect(certificate.serialNumber).not.toBe(old?.serialNumber);
      expect(old !== undefined && certificate.publicKey.equals(old.publicKey)).toBe(true);
    });
    const submission = registration(network().people[agency].signer);
    expect(await network().open(agency).submit(submission)).toMatchObject({ version: 1 });
    expect(await relationOf(network())).toMatchObject({ consensusRelation: 'consenter', status: 'active' });
  }, 240_000);

  it('is followed through it by an audit: orderers sign under the certificates that the channel was told of', async () => {
    const blocks = await readBlocks(network().open('civil-registry'));
    async function* each(): AsyncGenerator<Uint8Array> {
      for (const { bytes } of blocks) yield await Promise.resolve(bytes);
    }
    const report = await verifyBlocks(each());
    expect(report).toMatchObject({ blocks: blocks.length, alarms: [] });
    expect(report).not.toHaveProperty('fault');
  }, 120_000);

  it('leaves alone what lasts long enough', async () => {
    expect(await renewCertificates(network().options.directory, { within: 30 })).toBe(0);
  });
}

/** Whether the agency's orderer takes part in ordering, by its own account. */
async function relationOf({ options }: TestNetwork): Promise<unknown> {
  const { agencies, channel } = getDescription(options.directory);
  const admin = agencies.find(({ name }) => name === agency)?.orderer?.admin ?? '';
  return (await fetch(`http://${admin}/participation/v1/channels/${channel}`)).json();
}

function describeRevocation(network: () => TestNetwork): void {
  it('refuses a client that its agency has revoked, and nobody else', async () => {
    const { directory } = network().options;
    const client = await enrolClient(directory, { agency, name: 'second-gateway' });
    const stolen = openFabricLedger(
      { ...connectionOf(getDescription(directory), agency), client },
      { patienceMs: 2000 },
    );
    const submit = async (ledger = stolen) => ledger.submit(registration(network().people[agency].signer));
    try {
      expect(await submit()).toMatchObject({ version: 1 });
      await revokeIdentity(directory, { agency, name: 'second-gateway' });
      await expect(submit()).rejects.toMatchObject({ code: 'ERR_LEDGER_UNAVAILABLE' });
      await expect(stolen.head('identity-anybody')).rejects.toMatchObject({ code: 'ERR_LEDGER_UNAVAILABLE' });
      expect(await submit(network().open(agency))).toMatchObject({ version: 1 });
    } finally {
      await stolen.close();
    }
  }, 120_000);
}
