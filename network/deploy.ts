import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agreedHash } from '#chaincode/sources.ts';
import { chaincodePackage } from './chaincodePackage.ts';
import { outOf } from './channelConfig.ts';
import { collectionConfigs } from './collections.ts';
import { endorsersOf, type NetworkDescription } from './description.ts';
import { layoutOf } from './layout.ts';
import { ordererFlags } from './leader.ts';
import { peerCommand } from './peerCommand.ts';

/** Where Fabric's programs are, and where the network is. */
export type Place = { readonly bin: string; readonly directory: string };

/** A chaincode to install: the name under which its servers are described, its name on the channel, and its code. */
export type Installation = { readonly servers: string; readonly name: string; readonly codeHash: string };

/** Packages a chaincode and installs it at these agencies' peers; answers the description with its package id. */
export async function installChaincode(
  { bin, directory }: Place,
  description: NetworkDescription,
  installation: Installation,
): Promise<NetworkDescription> {
  const { servers, name, codeHash } = installation;
  const { label, bytes } = await chaincodePackage(name, codeHash);
  const file = layoutOf(directory).package(name);
  writeFileSync(file, bytes);
  await Promise.all(
    description.agencies.map(async (agency) => {
      const server = agency.chaincodes[servers];
      if (server === undefined) return;
      const { chaincodes } = layoutOf(directory).agency(agency.name);
      mkdirSync(chaincodes, { recursive: true });
      writeFileSync(join(chaincodes, label), server.address);
      const install = ['lifecycle', 'chaincode', 'install', file];
      await unlessDone(/already successfully installed/, peerCommand({ bin, directory, agency: agency.name }, install));
    }),
  );
  const id = `${label}:${createHash('sha256').update(bytes).digest('hex')}`;
  return { ...description, packages: { ...description.packages, [servers]: id } };
}

/** Where an agency's peer looks for the server of this code: it was told when the package was installed, and asks no second time. */
export function installedAddress(
  directory: string,
  agency: string,
  name: string,
  codeHash: string,
): string | undefined {
  const file = join(layoutOf(directory).agency(agency).chaincodes, `${name}_${codeHash}`);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Which definition of a chaincode, and of which package; every later definition has the next sequence. */
export type Definition = { readonly name: string; readonly sequence: number; readonly packageId: string };

/** Has every endorsing agency approve the definition of the chaincode, and commits it to the channel. */
export async function defineChaincode(
  { bin, directory }: Place,
  description: NetworkDescription,
  definition: Definition,
): Promise<void> {
  const endorsers = endorsersOf(description);
  const flags = await definitionFlags(directory, description, definition);
  const approve = ['lifecycle', 'chaincode', 'approveformyorg', '--package-id', definition.packageId, ...flags];
  await Promise.all(
    endorsers.map(async ({ name }) =>
      unlessDone(/with unchanged content/, peerCommand({ bin, directory, agency: name }, approve)),
    ),
  );
  const peers = endorsers.flatMap(({ peer }) =>
    peer === undefined ? [] : ['--peerAddresses', peer.address, '--tlsRootCertFiles', peer.tlsRoot],
  );
  const agency = endorsers[0]?.name ?? '';
  await peerCommand({ bin, directory, agency }, ['lifecycle', 'chaincode', 'commit', ...peers, ...flags]);
}

// The version is the hash of the code: which package an agency approved stays its own secret, the version is public.
async function definitionFlags(
  directory: string,
  description: NetworkDescription,
  definition: Definition,
): Promise<readonly string[]> {
  const { name, sequence, packageId } = definition;
  const { collections } = layoutOf(directory);
  writeFileSync(collections, JSON.stringify(collectionConfigs(description.classes), null, 2));
  const version = agreedHash(packageId);
  if (version === undefined) throw new Error(`no package of ${name} is installed`);
  const policy = outOf(description.endorsement.required, description.endorsement.agencies, 'peer');
  return [
    ...['--channelID', description.channel, '--name', name, '--version', version, '--sequence', String(sequence)],
    ...['--signature-policy', policy, '--collections-config', collections],
    ...(await ordererFlags(description)),
  ];
}

/** A step that an earlier try has done already is done. */
async function unlessDone(done: RegExp, step: Promise<string>): Promise<void> {
  await step.catch((error: unknown) => {
    if (!(error instanceof Error && done.test(error.message))) throw error;
  });
}
