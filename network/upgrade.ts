import { agreedHash, hashOfSources } from '#chaincode/sources.ts';
import { agreedDefinition } from './definition.ts';
import { defineChaincode, installChaincode, installedAddress, type Place } from './deploy.ts';
import { endorsersOf, getDescription, writeDescription, type NetworkDescription } from './description.ts';
import { fabricTools } from './fabricTools.ts';
import { chaincodesOf, startMissing, untilListening } from './nodes.ts';
import { freePorts, host } from './ports.ts';
import { stopProcesses } from './processes.ts';
import { registryServer, upcomingOf } from './registryServer.ts';
import { untilCommitting } from './readiness.ts';
import { stopwatch, type Stopwatch } from './stopwatch.ts';

type Sources = { readonly repository: string; readonly report?: (line: string) => void };

/**
 * Brings a running network to the chaincode of these sources: old and new servers run side by side until the definition
 * is committed. May be given again after it broke off. Answers false when the agencies have agreed on these sources already.
 */
export async function upgradeChaincode(directory: string, { repository, report = ignore }: Sources): Promise<boolean> {
  const found = getDescription(directory);
  const codeHash = hashOfSources(repository);
  if (agreedHash(found.packages[found.chaincode] ?? '') === codeHash) return false;
  const place = { bin: await fabricTools(report), directory };
  const watch = stopwatch(report);
  const prepared = await startUpcoming(place, await withUpcoming(directory, found, codeHash), { repository, watch });
  await watch.step('definition approved and committed', async () => agreeOn(place, prepared));
  await watch.step('first commands committed', async () => untilCommitting(prepared));
  await switchServers(directory, prepared);
  watch.total(`the agencies have agreed on chaincode ${codeHash.slice(0, 16)}`);
  return true;
}

const ignore = (): void => undefined;

/** Gives every endorsing agency a place for a server of the new code, beside the one of the old. */
async function withUpcoming(
  directory: string,
  description: NetworkDescription,
  codeHash: string,
): Promise<NetworkDescription> {
  const { chaincode } = description;
  const endorsers = endorsersOf(description);
  const ports = await freePorts(endorsers.length);
  const agencies = description.agencies.map((agency) => {
    const index = endorsers.indexOf(agency);
    if (index === -1) return agency;
    const known = installedAddress(directory, agency.name, chaincode, codeHash);
    const process = agency.chaincodes[upcomingOf(chaincode)]?.process; // of a try that broke off
    const server = { address: known ?? `${host}:${ports[index] ?? 0}`, ...(process && { process }) };
    return { ...agency, chaincodes: { ...agency.chaincodes, [upcomingOf(chaincode)]: server } };
  });
  return { ...description, agencies };
}

type Run = { readonly repository: string; readonly watch: Stopwatch };

async function startUpcoming(
  place: Place,
  description: NetworkDescription,
  { repository, watch }: Run,
): Promise<NetworkDescription> {
  const { chaincode: name } = description;
  const servers = upcomingOf(name);
  return watch.step('new chaincode installed and started', async () => {
    const installation = { servers, name, codeHash: hashOfSources(repository) };
    const installed = await installChaincode(place, description, installation);
    const programs = { bin: place.bin, chaincodes: { [servers]: registryServer(repository) } };
    const started = startMissing(programs, place.directory, installed);
    writeDescription(place.directory, started);
    await untilListening(chaincodesOf(started).filter(({ chaincode }) => chaincode === servers));
    return started;
  });
}

async function agreeOn(place: Place, description: NetworkDescription): Promise<void> {
  const { chaincode: name, endorsement, packages } = description;
  const { sequence } = await agreedDefinition(place, description, endorsement.agencies[0] ?? '');
  const packageId = packages[upcomingOf(name)] ?? '';
  await defineChaincode(place, description, { name, sequence: sequence + 1, packageId });
}

/** From here on the new servers are the servers. The old ones have nothing to do any more. */
async function switchServers(directory: string, description: NetworkDescription): Promise<void> {
  const { chaincode } = description;
  const { [upcomingOf(chaincode)]: packageId = '', ...packages } = description.packages;
  const agencies = description.agencies.map((agency) => {
    const { [upcomingOf(chaincode)]: server, ...chaincodes } = agency.chaincodes;
    return server === undefined ? agency : { ...agency, chaincodes: { ...chaincodes, [chaincode]: server } };
  });
  writeDescription(directory, { ...description, packages: { ...packages, [chaincode]: packageId }, agencies });
  const old = description.agencies.flatMap(({ chaincodes }) => chaincodes[chaincode]?.process ?? []);
  await stopProcesses(old);
}
