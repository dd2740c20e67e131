import { afterAll, beforeAll } from '@jest/globals';
import { describeAgreements } from './agreements.ts';
import { describeBulk } from './bulk.ts';
import { describeCertificates } from './certificates.ts';
import { describeCollusion } from './collusion.ts';
import { describeForgeries } from './forgeries.ts';
import { describeHeldBack } from './heldBack.ts';
import { describeRepetition } from './repetition.ts';
import { laySiege, type Siege } from './siege.ts';
import { describeStrangersOrders } from './strangersOrders.ts';
import { describeLoneEndorsement, describeTurnedRules } from './turnedRules.ts';
import { describeWrongTimes } from './wrongTimes.ts';

let siege: Siege | undefined;
const besieged = () => {
  if (siege === undefined) throw new Error('the network did not start');
  return siege;
};

beforeAll(async () => {
  siege = await laySiege();
}, 900_000);
afterAll(async () => siege?.close(), 120_000);

describeForgeries(besieged);
describeCertificates(besieged);
describeStrangersOrders(besieged);
describeWrongTimes(besieged);
describeRepetition(besieged);
describeHeldBack(besieged);
describeBulk(besieged);
describeLoneEndorsement(besieged);
describeTurnedRules(besieged);
describeAgreements(besieged);
describeCollusion(besieged);
