import { repository } from '#cli/settings.ts';
import { loadCountry } from '#country/loadCountry.ts';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import { addChaincode } from '#network/addChaincode.ts';
import { connectionOf } from '#network/connection.ts';
import type { NetworkDescription } from '#network/description.ts';
import { networkDown } from '#network/down.ts';
import { networkUp } from '#network/up.ts';
import { openBareCreates, type BareCreates } from './bareCreates.ts';
import { foundedRegistry } from './foundedRegistry.ts';
import type { Report } from './measurement.ts';
import { registerNext, registrationsOf } from './registrations.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A network of the bench's own; whoever holds it with `await using` leaves nothing behind. */
type BenchNetwork = AsyncDisposable & {
  readonly description: NetworkDescription;
  /** Founds the registry that this chaincode runs; answers how the next person is registered with it. */
  readonly registryOn: (chaincode: string) => Promise<() => Promise<unknown>>;
};

/** Brings up a network with our chaincode, and beside it another that `server` (a file of the bench) runs. */
export async function benchNetwork(added: { readonly name: string; readonly server: string }): Promise<BenchNetwork> {
  await using opened = new AsyncDisposableStack();
  const directory = opened.use(await temporaryFolder()).path;
  // The network's processes go on without us, so an interrupt has to end them too.
  const interrupted = () => void networkDown(directory).finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  opened.defer(() => {
    process.off('SIGINT', interrupted);
  });
  opened.defer(async () => {
    await networkDown(directory);
  });

  const country = await loadCountry('demo');
  const { agencies, classes, endorsement } = country;
  await networkUp({ directory, repository, agencies, classes, endorsement });
  const program = { command: process.execPath, args: [`bench/${added.server}`], cwd: repository };
  const description = await addChaincode(directory, { name: added.name, program });

  const held = opened.move();
  return {
    description,
    registryOn: async (chaincode) => {
      const founders = description.agencies
        .filter(({ peer }) => peer !== undefined)
        .map(({ name, keystore }) => {
          const ledger = openFabricLedger({ ...connectionOf(description, name), chaincode });
          held.defer(() => ledger.close());
          return { name, keystore, ledger };
        });
      const [own] = founders;
      if (own === undefined) throw new Error('a network without peers');
      const next = await registrationsOf(country, await foundedRegistry(country, description.channel, founders));
      return () => registerNext(own.ledger, next);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** A network with both chaincodes, ours founded: one call registers a person, the other creates one key. */
export type FabricNetwork = { readonly register: () => Promise<unknown>; readonly create: BareCreates['create'] };

/** The registry beside the least that a contract on the same network can do. */
export async function fabricNetwork(report: Report): Promise<FabricNetwork & AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const { description, registryOn } = opened.use(await benchNetwork({ name: 'bare', server: 'bareServer.ts' }));
  report('the network is up, with the registry and the bare contract');
  const own = description.agencies.find(({ peer }) => peer !== undefined)?.name ?? '';
  const bare = openBareCreates({ ...connectionOf(description, own), chaincode: 'bare' });
  opened.defer(() => bare.close());
  const register = await registryOn(description.chaincode);
  const held = opened.move();
  return { register, create: bare.create, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
