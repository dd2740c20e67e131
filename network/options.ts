import type { Country } from '#domain/country.ts';

/** What a network is to be: values of a country, which `network` itself never loads. */
export type NetworkOptions = {
  /** Folder of everything the network keeps; made by `up`, removed by `down`. */
  readonly directory: string;
  /** Root of this repository: the chaincode runs from its sources. */
  readonly repository: string;
  /** Every agency orders; those with a peer also endorse or hold data. */
  readonly agencies: readonly { readonly name: string; readonly peer: boolean }[];
  /** Attribute class → agencies that hold it. */
  readonly classes: Country['classes'];
  readonly endorsement: Country['endorsement'];
  /** Where to begin looking for free ports; somewhere at random when absent. */
  readonly firstPort?: number;
  /** Receives one line of progress at a time. */
  readonly report?: (line: string) => void;
};

/** The one channel, which all agencies share. */
export const channel = 'plinth';
/** The registry's chaincode, which every endorsing agency runs. */
export const chaincode = 'registry';
