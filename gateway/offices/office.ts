import type { Command } from '#domain/envelope.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Keystore } from '#projections/keys/keystore.ts';
import { createNodeSigner, type NodeSigner } from '../nodeSigner.ts';

/** Adds an officer's signature to a command; where no login exists yet, with the demo keys of the agency. */
type Authorize = (command: Command, officer: string) => Promise<Command> | Command;

/**
 * An agency whose officers a gateway serves: in a real country the node's own; in a demo also others whose keys lie on this
 * machine. An officer's commands go through the ledger connection of the officer's own agency, for a node speaks for no other.
 */
export type Office = {
  readonly agency: string;
  readonly ledger: Pick<Ledger, 'submit' | 'head'>;
  readonly authorize: Authorize;
  /** Vouches for the agency's officers, and for nobody else. */
  readonly signer: NodeSigner;
};

/** An office as a gateway is told of it. */
export type OfficeOptions = Omit<Office, 'signer'> & { readonly signingKey: Keystore['signingKey'] };

/** The offices of a gateway, by agency. */
export async function openOffices(offices: readonly OfficeOptions[]): Promise<ReadonlyMap<string, Office>> {
  const opened = offices.map(async ({ signingKey, ...office }): Promise<[string, Office]> => [
    office.agency,
    { ...office, signer: await createNodeSigner(office.agency, signingKey) },
  ]);
  return new Map(await Promise.all(opened));
}
