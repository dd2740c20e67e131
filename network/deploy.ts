import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agreedHash } from '#chaincode/sources.ts';
import { chaincodePackage } from './chaincodePackage.ts';
import { outOf } from './channelConfig.ts';
import { collectionConfigs } from './collections.ts';
import type { AgencyDescription, NetworkDescription } from './description.ts';
import { layoutOf } from './layout.ts';
import { peerCommand } from './peerCommand.ts';

type Place = { readonly bin: string; readonly directory: string };

/** Packages a chaincode and installs it at every peer that endorses; answers the description with its package id. */
export async function installChaincode(
  { bin, directory }: Place,
  description: NetworkDescription,
  { name, codeHash }: { readonly name: string; readonly codeHash: string },
): Promise<NetworkDescription> {
  const { label, bytes } = await chaincodePackage(name, codeHash);
  const file = layoutOf(directory).package(name);
  writeFileSync(file, bytes);
  await Promise.all(
    endorsersOf(description).map(async (agency) => {
      const { chaincodes } = layoutOf(directory).agency(agency.name);
      mkdirSync(chaincodes, { recursive: true });
      writeFileSync(join(chaincodes, label), agency.chaincodes[name]?.address ?? '');
      await peerCommand({ bin, directory, agency: agency.name }, ['lifecycle', 'chaincode', 'install', file]);
    }),
  );
  const id = `${label}:${createHash('sha256').update(bytes).digest('hex')}`;
  return { ...description, packages: { ...description.packages, [name]: id } };
}

/** Which definition of a chaincode; every later one has the next sequence. */
export type Definition = { readonly name: string; readonly sequence: number };

/** Has every endorsing agency approve the definition of the chaincode, and commits it to the channel. */
export async function defineChaincode(
  { bin, directory }: Place,
  description: NetworkDescription,
  definition: Definition,
): Promise<void> {
  const endorsers = endorsersOf(description);
  const flags = definitionFlags(directory, description, definition);
  const id = description.packages[definition.name] ?? '';
  const approve = ['lifecycle', 'chaincode', 'approveformyorg', '--package-id', id, ...flags];
  await Promise.all(endorsers.map(async ({ name }) => peerCommand({ bin, directory, agency: name }, approve)));
  const peers = endorsers.flatMap(({ peer }) =>
    peer === undefined ? [] : ['--peerAddresses', peer.address, '--tlsRootCertFiles', peer.tlsRoot],
  );
  const agency = endorsers[0]?.name ?? '';
  await peerCommand({ bin, directory, agency }, ['lifecycle', 'chaincode', 'commit', ...peers, ...flags]);
}

// The version is the hash of the code: which package an agency approved stays its own secret, the version is public.
function definitionFlags(directory: string, description: NetworkDescription, definition: Definition): string[] {
  const { name, sequence } = definition;
  const { collections } = layoutOf(directory);
  writeFileSync(collections, JSON.stringify(collectionConfigs(description.classes), null, 2));
  const orderer = description.agencies[0]?.orderer;
  if (orderer === undefined) throw new Error('a network without agencies');
  const version = agreedHash(description.packages[name] ?? '');
  if (version === undefined) throw new Error(`no package of ${name} is installed`);
  const policy = outOf(description.endorsement.required, description.endorsement.agencies, 'peer');
  return [
    ...['--channelID', description.channel, '--name', name, '--version', version, '--sequence', String(sequence)],
    ...['--signature-policy', policy, '--collections-config', collections],
    ...['-o', orderer.address, '--tls', '--cafile', orderer.tlsRoot],
  ];
}

function endorsersOf({ agencies, endorsement }: NetworkDescription): readonly AgencyDescription[] {
  return agencies.filter(({ name }) => endorsement.agencies.includes(name));
}
