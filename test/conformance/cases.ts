import { describeAudit } from './audit.ts';
import { describeClasses } from './classes.ts';
import { describeCommands, describeRepeats, describeWriters } from './commands.ts';
import { describeErasure } from './erasure.ts';
import { describeExpiry } from './expiry.ts';
import { describeOfficers } from './officers.ts';
import { openOffice } from './office.ts';
import { describePrivateValues } from './privateValues.ts';
import { describeRestart } from './restart.ts';
import type { Testbed } from './testbed.ts';
import { describeBatches, describeTransactions } from './transactions.ts';
import { describeUniqueness } from './uniqueness.ts';

/** What every ledger promises, in the same words for all of them. Call it inside a `describe` that names the ledger. */
export function describeLedger(open: () => Promise<Testbed>): void {
  const office = openOffice(open);
  describeCommands(office);
  describeWriters(office);
  describeRepeats(office);
  describeUniqueness(office);
  describeOfficers(office);
  describeBatches(office);
  describeTransactions(office);
  describePrivateValues(office);
  describeClasses(office);
  describeErasure(office);
  describeExpiry(office);
  describeRestart(office);
  describeAudit(office);
}
