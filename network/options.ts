/** What a network is to be: values of a country, which `network` itself never loads. */
export type NetworkOptions = {
  /** Folder of everything the network keeps; made by `up`, removed by `down`. */
  readonly directory: string;
  /** Root of this repository: the chaincode runs from its sources. */
  readonly repository: string;
  /** Every agency orders; those with a peer also endorse or hold data. */
  readonly agencies: readonly { readonly name: string; readonly peer: boolean }[];
  /** Attribute class → agencies that hold it. */
  readonly classes: Readonly<Record<string, { readonly members: readonly string[] }>>;
  readonly endorsement: { readonly agencies: readonly string[]; readonly required: number };
  /** Where to begin looking for free ports; somewhere at random when absent. */
  readonly firstPort?: number;
  /** Receives one line of progress at a time. */
  readonly report?: (line: string) => void;
};

/** Every agency's name is its MSP id and its domain name in certificates. */
export const channel = 'plinth';
export const chaincode = 'registry';
