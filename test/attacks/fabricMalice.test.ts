import { afterAll, beforeAll } from '@jest/globals';
import { describeAgreements } from './agreements.ts';
import { describeBulk } from './bulk.ts';
import { describeCertificates } from './certificates.ts';
import { describeCollusion } from './collusion.ts';
import { describeForgeries } from './forgeries.ts';
import { describeHeldBack } from './heldBack.ts';
import { describeHonestNode } from './honestNode.ts';
import { describeLawlessAdmin } from './lawlessAdmin.ts';
import { describeOrderersView } from './orderersView.ts';
import { describeOrdererThatLies } from './ordererThatLies.ts';
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
describeLawlessAdmin(besieged);
describeStrangersOrders(besieged);
describeWrongTimes(besieged);
describeRepetition(besieged);
describeHeldBack(besieged);
describeBulk(besieged);
describeLoneEndorsement(besieged);
describeTurnedRules(besieged);
describeAgreements(besieged);
describeOrderersView(besieged);
describeOrdererThatLies(besieged);
// From here on no audit is good any more, and in the end honest nodes stand still.
describeCollusion(besieged);
describeHonestNode(besieged);
