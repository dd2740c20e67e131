import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FabricConnection } from '#ledger/fabric/connection.ts';
import { Gateways } from '#ledger/fabric/gateways.ts';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import { FabricTransactor } from '#ledger/fabric/transactor.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Transactor } from '#ledger/transactor.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription, type NetworkDescription } from '#network/description.ts';
import { networkDown, stopNetwork } from '#network/down.ts';
import { networkUp } from '#network/up.ts';
import { found } from '#test/agreement.ts';
import { standing } from '#test/conformance/office.ts';
import { members, testSchema } from '#test/conformance/testbed.ts';
import { settled } from '#test/network/settledLedger.ts';
import { newAgencies, registration, type AgencyName } from '#test/registry.ts';
import { keysOf, type AgencyKeys } from './stolenKeys.ts';

/** The agency that turns against the others. */
export const rogue = 'social-protection';
/** Those that do not. */
export const honest = ['civil-registry', 'election-office'] as const;

/** The connection of somebody who asks the honest agencies and nobody else. */
export function honestOnly({ peers }: FabricConnection): Pick<FabricConnection, 'peers' | 'endorsement'> {
  const isHonest = ({ agency }: FabricConnection['peers'][number]) => honest.some((each) => each === agency);
  return { peers: peers.filter(isHonest), endorsement: { agencies: honest, required: honest.length } };
}

/** A running network with a registry in it, one of whose agencies is malicious. */
export type Siege = {
  readonly directory: string;
  readonly description: () => NetworkDescription;
  readonly people: ReturnType<typeof newAgencies>;
  readonly ledger: (agency: AgencyName) => Ledger;
  /** A door below group commit, through the agency's own peer; `change` is what somebody says who lies about itself. */
  readonly transactor: (agency: AgencyName, change?: Partial<FabricConnection>) => Transactor;
  readonly keys: (agency: AgencyName) => AgencyKeys;
  /** Registers somebody through an honest agency; answers the stream. */
  readonly registered: () => Promise<string>;
  readonly close: () => Promise<void>;
};

/** Starts the network and founds the registry. */
export async function laySiege(): Promise<Siege> {
  const directory = join(await mkdtemp(join(tmpdir(), 'plinth-siege-')), 'network');
  const repository = fileURLToPath(new URL('../..', import.meta.url));
  const report = (line: string) => void process.stderr.write(`  network: ${line}\n`);
  try {
    const siege = siegeOf(directory, await networkUp({ directory, repository, ...members, report }));
    const { people, ledger } = siege;
    await found(people, (submission, agency) => ledger(agency).submit(submission), { published: testSchema });
    return siege;
  } catch (error) {
    await stopNetwork(directory); // its folder stays, for the logs
    throw error;
  }
}

function siegeOf(directory: string, description: NetworkDescription): Siege {
  const people = newAgencies();
  const ledgers = new Map<AgencyName, Ledger>();
  const gateways: Gateways[] = [];
  const ledger = (agency: AgencyName) => {
    const opened = ledgers.get(agency) ?? settled(openFabricLedger(connectionOf(description, agency)));
    ledgers.set(agency, opened);
    return opened;
  };
  return {
    ...{ directory, people, ledger },
    description: () => getDescription(directory),
    keys: (agency) => keysOf(directory, agency),
    transactor: (agency, change = {}) => {
      const connection = { ...connectionOf(description, agency), ...change };
      const opened = new Gateways(connection);
      gateways.push(opened);
      return new FabricTransactor(connection, opened);
    },
    registered: async () => {
      const submission = registration(people['civil-registry'].signer);
      standing(await ledger('civil-registry').submit(submission));
      return submission.command.stream;
    },
    close: async () => {
      await Promise.all([...ledgers.values()].map((each) => each.close()));
      for (const each of gateways) each.close();
      await networkDown(directory);
      await rm(join(directory, '..'), { recursive: true });
    },
  };
}
