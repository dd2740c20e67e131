import { repository } from '#cli/settings.ts';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import { loadCountry } from '#country/loadCountry.ts';
import { addChaincode } from '#network/addChaincode.ts';
import { connectionOf } from '#network/connection.ts';
import { networkDown } from '#network/down.ts';
import { networkUp } from '#network/up.ts';
import { openBareCreates, type BareCreates } from './bareCreates.ts';
import { foundedRegistry } from './foundedRegistry.ts';
import type { Report } from './measurement.ts';
import { registerNext, registrationsOf } from './registrations.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A network with both chaincodes, ours founded: one call registers a person, the other creates one key. */
export type FabricNetwork = { readonly register: () => Promise<unknown>; readonly create: BareCreates['create'] };

/** Brings up a network of its own; whoever holds it with `await using` leaves nothing behind. */
export async function fabricNetwork(report: Report): Promise<FabricNetwork & AsyncDisposable> {
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
  const program = { command: process.execPath, args: ['bench/bareServer.ts'], cwd: repository };
  const description = await addChaincode(directory, { name: 'bare', program });
  report('the network is up, with the registry and the bare contract');
  const founders = description.agencies
    .filter(({ peer }) => peer !== undefined)
    .map(({ name, keystore }) => ({ name, keystore, ledger: openFabricLedger(connectionOf(description, name)) }));
  for (const { ledger } of founders) opened.defer(() => ledger.close());
  const [own] = founders;
  if (own === undefined) throw new Error('a network without peers');
  const bare = openBareCreates({ ...connectionOf(description, own.name), chaincode: 'bare' });
  opened.defer(() => bare.close());
  const next = await registrationsOf(country, await foundedRegistry(country, description.channel, founders));

  const held = opened.move();
  return {
    register: () => registerNext(own.ledger, next),
    create: bare.create,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
