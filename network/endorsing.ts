import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { agreedHash } from '#chaincode/sources.ts';
import { withEndorsers } from './channelGroups.ts';
import { updateChannel } from './channelUpdate.ts';
import { agreedDefinition } from './definition.ts';
import { defineChaincode, installChaincode, type Place } from './deploy.ts';
import { endorsersOf, writeDescription, type NetworkDescription } from './description.ts';
import { layoutOf } from './layout.ts';
import { chaincodesOf, startMissing, untilListening } from './nodes.ts';
import { untilCommitting } from './readiness.ts';
import { registryServer } from './registryServer.ts';

/** Gives an agency's peer the chaincode, and has all agree that its word counts. */
export async function letEndorse(
  place: Place,
  description: NetworkDescription,
  { name, repository }: { readonly name: string; readonly repository: string },
): Promise<NetworkDescription> {
  const { chaincode, endorsement } = description;
  handOverRegistryKey(place.directory, endorsement.agencies[0] ?? '', name);
  const codeHash = agreedHash(description.packages[chaincode] ?? '') ?? '';
  const installed = await installChaincode(place, description, { servers: chaincode, name: chaincode, codeHash });
  const programs = { bin: place.bin, chaincodes: { [chaincode]: registryServer(repository) } };
  const started = startMissing(programs, place.directory, installed);
  writeDescription(place.directory, started);
  await untilListening(chaincodesOf(started).filter((each) => each.chaincode === chaincode));
  return agreeOnEndorsers(place, started, [...new Set([...endorsement.agencies, name])]);
}

/** Has the agencies agree whose word counts: on the channel, and for the chaincode. */
export async function agreeOnEndorsers(
  place: Place,
  description: NetworkDescription,
  agencies: readonly string[],
): Promise<NetworkDescription> {
  const { chaincode: name, endorsement, packages } = description;
  const next = { ...description, endorsement: { ...endorsement, agencies: [...agencies] } };
  await updateChannel(place, description, { change: withEndorsers(agencies) });
  const asked = endorsersOf(next)[0]?.name ?? '';
  const { sequence } = await agreedDefinition(place, next, asked);
  await defineChaincode(place, next, { name, sequence: sequence + 1, packageId: packages[name] ?? '' });
  writeDescription(place.directory, next);
  await untilCommitting(next);
  return next;
}

// On this machine the key is copied; two agencies hand it over as docs/security.md says.
function handOverRegistryKey(directory: string, from: string, to: string): void {
  const layout = layoutOf(directory);
  const { keystore } = layout.agency(to);
  mkdirSync(keystore, { recursive: true, mode: 0o700 });
  const options = { force: false, errorOnExist: false };
  cpSync(join(layout.agency(from).keystore, 'registry.key'), join(keystore, 'registry.key'), options);
}
