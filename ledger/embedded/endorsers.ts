import type { Contract } from 'fabric-contract-api';
import { RegistryContract } from '#chaincode/registryContract.ts';
import type { Country } from '#domain/country.ts';
import { forkEndorser } from './childEndorser.ts';
import { makeEndorser, type Endorser } from './endorser.ts';
import { holdersOf, identitiesOf, signerOf } from './identities.ts';
import { getMspKeys, type MspKeys } from './mspKeys.ts';

/** Which agencies endorse, what they hold, and how they run. */
export type EndorserOptions = {
  readonly channel: string;
  readonly endorsement: Country['endorsement'];
  readonly classes: Country['classes'];
  readonly registryKeyOf: (agency: string) => Uint8Array;
  /** Where agencies endorse; in this process unless told otherwise. A child process each has a time zone and a locale of its own. */
  readonly endorsers?: 'in-process' | 'child-processes';
  /** How far an agency's clock is ahead, in ms. */
  readonly clockOffsets?: Readonly<Record<string, number>>;
  /** What an agency's chaincode runs in this process; the registry unless a test says otherwise. */
  readonly contractOf?: (agency: string) => Contract;
};

// Far from each other in every way a program could notice: day, half hours, digits, and what upper case is.
const places = [
  { timeZone: 'Pacific/Kiritimati', locale: 'tr_TR.UTF-8' },
  { timeZone: 'America/St_Johns', locale: 'ar_EG.UTF-8' },
  { timeZone: 'Asia/Kathmandu', locale: 'C' },
] as const;

/** The peers of all agencies that endorse. */
export function endorsersOf(options: EndorserOptions, mspKeys: MspKeys): readonly Endorser[] {
  const { channel, classes, endorsement, clockOffsets = {}, registryKeyOf } = options;
  const contractOf = options.contractOf ?? ((agency: string) => new RegistryContract(() => registryKeyOf(agency)));
  const holders = holdersOf(mspKeys);
  const identities = identitiesOf(holders);
  return endorsement.agencies.map((agency, index) => {
    const collections = Object.keys(classes).filter((each) => classes[each]?.members.includes(agency));
    const { peer } = getMspKeys(mspKeys, agency);
    const clockOffset = clockOffsets[agency] ?? 0;
    if (options.endorsers === 'child-processes') {
      const place = places[index % places.length] ?? places[0];
      return forkEndorser(
        { channel, agency, peer, holders, collections, registryKey: registryKeyOf(agency), clockOffset },
        place,
      );
    }
    const clock = (): number => Date.now() + clockOffset;
    const signer = signerOf(agency, peer);
    return makeEndorser({
      channel,
      signer,
      identities,
      contract: contractOf(agency),
      collections: new Set(collections),
      clock,
    });
  });
}
