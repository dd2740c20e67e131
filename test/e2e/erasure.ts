import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { Settings } from '#cli/settings.ts';
import { openGatewayNode } from '#test/gatewayNode.ts';
import {
  isForgotten,
  isKnown,
  isNobodyToHerself,
  isNobodyToParties,
  isNowhere,
  isSearchedFor,
  keepsWhatWasClaimed,
  isUnknownToLateNodes,
  leavesATombstone,
  newPerson,
  owesConsents,
  type Scene,
} from './erasureSteps.ts';
import { openOtherNodes } from './otherNodes.ts';
import type { Place } from './plinth.ts';

/** Where a registry runs, and how its own command line finds it. */
export type ErasureGround = {
  readonly settingsIn: (folder: string) => Settings;
  readonly placeOf: (settings: Settings) => Place;
  readonly clear: () => Promise<void>;
};

/** A person is forgotten, and every way to her values is tried; somebody else's are there as before. */
export function describeErasedPerson(openGround: () => Promise<ErasureGround>): void {
  const opened = new AsyncDisposableStack();
  let set: Scene | undefined;
  beforeAll(async () => {
    set = await openScene(await openGround(), opened);
  }, 900_000);
  afterAll(() => opened.disposeAsync(), 120_000);
  const scene = (): Scene => {
    if (set === undefined) throw new Error('there is nobody to forget');
    return set;
  };

  describe('a person, before she is erased', () => {
    it('is known to a party, and her values lie sealed at every node', () => isKnown(scene()), 120_000);
  });

  describe('a person whom two agencies have agreed to forget', () => {
    beforeAll(() => isForgotten(scene()), 120_000);
    it('is not available to a party, and nothing said about her is true', () => isNobodyToParties(scene()));
    it('sees nothing of herself, now and as of any block before', () => isNobodyToHerself(scene()), 120_000);
    it('has no value at any peer and in any database, and no key of one at any node', () => isNowhere(scene()));
    it('is unknown to nodes that come later, which miss nothing', () => isUnknownToLateNodes(scene()), 120_000);
    it('leaves a tombstone in a history that is whole', () => leavesATombstone(scene()));
    it('keeps what was hers: nobody else gets it', () => keepsWhatWasClaimed(scene()));
    it('has consents that are owed', () => owesConsents(scene()));
    it(
      'is searched for by the auditor, who is told what is left and until when',
      () => isSearchedFor(scene()),
      120_000,
    );
  });
}

async function openScene(ground: ErasureGround, opened: AsyncDisposableStack): Promise<Scene> {
  opened.defer(ground.clear);
  const gateway = await openGatewayNode(undefined, ground.settingsIn);
  opened.defer(() => gateway.close());
  const { registry, keystore, database, ingest } = gateway.node;
  const others = opened.use(await openOtherNodes(gateway.settings, registry));
  const own = { agency: registry.agency, ledger: registry.ledger, keystore, database, ingest };
  const [person, neighbour] = [await newPerson(gateway), await newPerson(gateway)];
  const place = ground.placeOf(gateway.settings);
  return { gateway, place, nodes: [own, ...others.nodes], person, neighbour };
}
