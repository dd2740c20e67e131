import { agreedHash } from '#chaincode/sources.ts';
import { withEndorsers } from './channelGroups.ts';
import { updateChannel } from './channelUpdate.ts';
import { agreedDefinition } from './definition.ts';
import { defineChaincode, installChaincode, type Place } from './deploy.ts';
import { endorsersOf, writeDescription, type NetworkDescription } from './description.ts';
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
  const next = { ...description, endorsement: { ...description.endorsement, agencies: [...agencies] } };
  await updateChannel(place, description, { change: withEndorsers(agencies) });
  await agreeOnDefinition(place, next);
  return next;
}

/** Has the agencies agree on the chaincode they have, with the endorsers and the holders of this description. */
export async function agreeOnDefinition(place: Place, next: NetworkDescription): Promise<void> {
  const { chaincode: name, packages } = next;
  const asked = endorsersOf(next)[0]?.name ?? '';
  const { sequence } = await agreedDefinition(place, next, asked);
  await defineChaincode(place, next, { name, sequence: sequence + 1, packageId: packages[name] ?? '' });
  writeDescription(place.directory, next);
  await untilCommitting(next);
}
