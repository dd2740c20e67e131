import type { Country } from '#domain/country.ts';

/** What a node must know to reach the network: values from `network.json`, or from an operator. Certificates and keys are PEM files. */
export type FabricConnection = {
  readonly channel: string;
  readonly chaincode: string;
  /** Agency (and MSP) whose node this is. */
  readonly agency: string;
  readonly client: { readonly certificate: string; readonly key: string };
  /** The own agency's peer first; the others answer while it cannot. */
  readonly peers: readonly PeerAddress[];
  readonly endorsement: Country['endorsement'];
  /** Attribute class → agencies that may be shown its private values. */
  readonly classes: Country['classes'];
};

/** A peer's gateway: connect to `address`, trust `tlsRoot`, expect `serverName`. */
export type PeerAddress = {
  readonly agency: string;
  readonly address: string;
  readonly serverName: string;
  readonly tlsRoot: string;
};
