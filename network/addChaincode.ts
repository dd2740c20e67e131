import { hashOfSources } from '#chaincode/sources.ts';
import { defineChaincode, installChaincode } from './deploy.ts';
import { getDescription, writeDescription, type NetworkDescription } from './description.ts';
import { fabricTools } from './fabricTools.ts';
import { chaincodesOf, startMissing, untilListening, type ChaincodeProgram } from './nodes.ts';
import { freePorts, host } from './ports.ts';

/** A chaincode beside the registry's, served by `program` at every agency that endorses. */
export type AddedChaincode = { readonly name: string; readonly program: ChaincodeProgram };

/** Deploys a further chaincode on a network that runs, with the policy and collections of the registry's. */
export async function addChaincode(directory: string, { name, program }: AddedChaincode): Promise<NetworkDescription> {
  const bin = await fabricTools(() => undefined);
  const place = { bin, directory };
  const placed = await withServers(getDescription(directory), name);
  const installation = { servers: name, name, codeHash: hashOfSources(program.cwd) };
  const installed = await installChaincode(place, placed, installation);
  const description = startMissing({ bin, chaincodes: { [name]: program } }, directory, installed);
  writeDescription(directory, description);
  await untilListening(chaincodesOf(description));
  await defineChaincode(place, description, { name, sequence: 1, packageId: description.packages[name] ?? '' });
  return description;
}

async function withServers(description: NetworkDescription, name: string): Promise<NetworkDescription> {
  const ports = await freePorts(description.agencies.length);
  const agencies = description.agencies.map((agency, index) => ({
    ...agency,
    chaincodes: agency.peer
      ? { ...agency.chaincodes, [name]: { address: `${host}:${ports[index] ?? 0}` } }
      : agency.chaincodes,
  }));
  return { ...description, agencies };
}
