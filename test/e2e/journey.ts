import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { plinth, startNode, type Place, type RunningNode } from './plinth.ts';
import { consents, isAudited, isRegistered, isRemembered, isUnavailable, withdraws, type Travel } from './steps.ts';

/** A place to start a node in, and how to clear it away. */
export type Ground = { readonly place: Place; readonly clear: () => Promise<void> };

/** One fact travels: from an officer to a service, under the person's consent, and to an auditor. */
export function describeJourney(openGround: () => Promise<Ground>): void {
  const person = { id: '', number: '', consent: '' };
  let ground: Ground | undefined;
  let node: RunningNode | undefined;
  beforeAll(async () => {
    ground = await openGround();
    node = await startNode(ground.place, '--no-people');
  }, 900_000);
  afterAll(async () => {
    await node?.kill('SIGTERM');
    await ground?.clear();
  }, 120_000);
  const travel = (): Travel => {
    if (node === undefined || ground === undefined) throw new Error('there is no node to travel through');
    const { place } = ground;
    return { url: node.url, person, token: (...who) => plinth(place, 'token', ...who, ...place.options) };
  };

  describe('a person', () => {
    it('is registered by an officer', () => isRegistered(travel()));
    it('is not available to a service before she says yes, like somebody who does not exist', () =>
      isUnavailable(travel()));
    it('consents, and the service reads what she accepted and nothing else', () => consents(travel()));
    it('withdraws, and the next question gets nothing', () => withdraws(travel()));
    it('has a past that she and an auditor can ask for', () => isRemembered(travel()));
    it('has a history that an auditor can follow and check, without any value in it', () => isAudited(travel()));
  });
}
