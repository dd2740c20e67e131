import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { openEmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import { channel } from '#test/registry.ts';
import { describeLedger } from './cases.ts';
import { members, type Testbed } from './testbed.ts';

async function openTestbed(): Promise<Testbed> {
  const directory = await mkdtemp(join(tmpdir(), 'plinth-conformance-'));
  const registryKey = randomBytes(32);
  const open = () =>
    openEmbeddedLedger({
      directory,
      channel,
      agency: 'civil-registry',
      agencies: members.agencies.map(({ name }) => name),
      endorsement: members.endorsement,
      classes: members.classes,
      registryKeyOf: () => registryKey,
      // Each agency endorses elsewhere and at another time, so that a contract which looks at either is found out.
      endorsers: 'child-processes',
      clockOffsets: { 'civil-registry': 20_000, 'election-office': -20_000 },
    });
  let ledger = await open();
  return {
    ledger: (agency) => ledger.as(agency),
    transactor: (agency, clockOffsetMs = 0) => {
      const { node } = ledger.as(agency);
      return { endorse: (batch) => node.endorse(batch, new Date(Date.now() + clockOffsetMs)) };
    },
    carelessTransactor: (agency) => ledger.as(agency).node,
    disk: () => directory,
    restart: async () => {
      await ledger.close();
      ledger = await open();
    },
    close: async () => {
      await ledger.close();
      await rm(directory, { recursive: true });
    },
  };
}

describe('the embedded ledger', () => describeLedger(openTestbed));
