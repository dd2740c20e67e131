import { afterAll, beforeAll, describe } from '@jest/globals';
import { describeBackups } from '#test/network/backups.ts';
import { describeCertificates } from '#test/network/certificates.ts';
import { describeMembers } from '#test/network/members.ts';
import { describeSideBySide } from '#test/network/sideBySide.ts';
import { describeUpgrade } from '#test/network/upgrade.ts';
import { openTestNetwork, type TestNetwork } from '#test/network/testNetwork.ts';

// One network lives through all of it, in this order: each of these would cost a network of its own.
describe('a network', () => {
  let opened: TestNetwork | undefined;
  const network = (): TestNetwork => {
    if (opened === undefined) throw new Error('the network did not start');
    return opened;
  };

  beforeAll(async () => {
    opened = await openTestNetwork();
  }, 600_000);

  afterAll(async () => opened?.close(), 120_000);

  describeSideBySide(network);
  describeUpgrade(network);
  describeMembers(network);
  describeCertificates(network);
  describeBackups(network);
});
