import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { agreedHash, demandAgreedSources, hashOfSources } from '#chaincode/sources.ts';
import { authorityProgram } from './ca/authorityProgram.ts';
import { writeBuilder } from './chaincodePackage.ts';
import { joinChannel } from './channel.ts';
import { makeGenesis } from './channelConfig.ts';
import { defineChaincode, installChaincode } from './deploy.ts';
import { describeNetwork } from './describe.ts';
import { findDescription, writeDescription, type NetworkDescription } from './description.ts';
import { networkDown, stopNetwork } from './down.ts';
import { fabricTools } from './fabricTools.ts';
import { tidyWhenInterrupted } from './interruption.ts';
import { makeCertificates, makeKeystores } from './keys.ts';
import { layoutOf } from './layout.ts';
import { chaincodesOf, nodesOf, startMissing, untilListening, writeNodeConfigs, type Programs } from './nodes.ts';
import { chaincode, type NetworkOptions } from './options.ts';
import { isRunning } from './processes.ts';
import { registryServer } from './registryServer.ts';
import { untilCommitting } from './readiness.ts';
import { stopwatch, type Stopwatch } from './stopwatch.ts';

/** Makes sure that the network of this folder runs, new or on the data it left, and that a command commits. */
export async function networkUp(asked: NetworkOptions): Promise<NetworkDescription> {
  const options = { ...asked, directory: resolve(asked.directory), repository: resolve(asked.repository) };
  const report = options.report ?? (() => undefined);
  const programs = await programsOf(options, report);
  const watch = stopwatch(report);
  const found = findDescription(options.directory);
  if (found?.ready === true)
    return tidyWhenInterrupted(
      () => resume(programs, options, { found, watch }),
      () => Promise.resolve(),
    );
  if (found !== undefined) {
    report('an earlier start did not finish: removing what it left');
    await networkDown(options.directory);
  }
  try {
    const stop = () => stopNetwork(options.directory);
    return await tidyWhenInterrupted(() => create(programs, options, watch), stop);
  } catch (error) {
    await stopNetwork(options.directory); // the folder stays, for its logs
    throw error;
  }
}

type AllPrograms = Programs & { readonly authority: string };

async function programsOf(options: NetworkOptions, report: (line: string) => void): Promise<AllPrograms> {
  const bin = await fabricTools(report);
  const authority = await authorityProgram(report);
  return { bin, authority, chaincodes: { [chaincode]: registryServer(options.repository) } };
}

async function create(programs: AllPrograms, options: NetworkOptions, watch: Stopwatch): Promise<NetworkDescription> {
  const { directory } = options;
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new Error(`${directory} is not empty and holds no network`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let description = await describeNetwork(options);
  const keep = (next: NetworkDescription) => writeDescription(directory, (description = next));
  keep(description);
  const place = { bin: programs.bin, directory };

  await watch.step('keys and certificates', async () => {
    const members = options.agencies.map((agency) => ({ ...agency, orderer: true }));
    await Promise.all(members.map(async (agency) => makeCertificates(programs.authority, directory, agency)));
    makeKeystores(directory, options.agencies);
  });
  await watch.step('first block and configurations', async () => {
    await makeGenesis(programs.bin, directory, description);
    writeNodeConfigs(directory, description);
    writeBuilder(layoutOf(directory).builder);
  });
  await watch.step('orderers and peers listen', async () => {
    keep(startMissing(programs, directory, description));
    await untilListening(nodesOf(description));
  });
  await watch.step('channel joined', async () => joinChannel(programs.bin, directory, description));
  await watch.step('chaincode installed and started', async () => {
    const codeHash = hashOfSources(options.repository);
    keep(await installChaincode(place, description, { servers: chaincode, name: chaincode, codeHash }));
    keep(startMissing(programs, directory, description));
    await untilListening(chaincodesOf(description));
  });
  await watch.step('definition approved and committed', async () => {
    const packageId = description.packages[chaincode] ?? '';
    await defineChaincode(place, description, { name: chaincode, sequence: 1, packageId });
  });
  await watch.step('first commands committed', async () => untilCommitting(description));
  keep({ ...description, ready: true });
  watch.total('the network is up');
  return description;
}

type Found = { readonly found: NetworkDescription; readonly watch: Stopwatch };

async function resume(
  programs: Programs,
  options: NetworkOptions,
  { found, watch }: Found,
): Promise<NetworkDescription> {
  const ours = (description: NetworkDescription) =>
    chaincodesOf(description).filter((each) => each.chaincode === chaincode);
  const dead = [...nodesOf(found), ...ours(found)].filter(({ process }) => !isRunning(process));
  const agreed = found.packages[chaincode] ?? '';
  const sameCode = agreedHash(agreed) === hashOfSources(options.repository);
  // Peers and orderers are needed for an upgrade too; a server of other code than the agreed one would only refuse to start.
  const description = startMissing(sameCode ? programs : { ...programs, chaincodes: {} }, options.directory, found);
  writeDescription(options.directory, description);
  if (dead.length > 0) {
    const names = [...new Set(dead.map(({ what }) => what))];
    await watch.step(`started again: ${names.join(', ')}`, async () =>
      untilListening([...nodesOf(description), ...(sameCode ? ours(description) : [])]),
    );
  }
  if (!sameCode) demandAgreedSources(agreed, options.repository);
  await watch.step('a command commits', async () => untilCommitting(description));
  watch.total(dead.length === 0 ? 'the network was already running' : 'the network is up again on the data it had');
  return description;
}
