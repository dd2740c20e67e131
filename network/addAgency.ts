import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { demandAgreedSources } from '#chaincode/sources.ts';
import { AgencyName } from '#domain/envelope.ts';
import { authorityProgram } from './ca/authorityProgram.ts';
import { hostAndPort } from './channelConfig.ts';
import { withAnchorPeer, withMember, type ChannelConfig } from './channelGroups.ts';
import { channelMember } from './channelMember.ts';
import { updateChannel } from './channelUpdate.ts';
import type { Place } from './deploy.ts';
import { describeMember, describePeer } from './describe.ts';
import {
  getAgency,
  getDescription,
  withAgency,
  writeDescription,
  type AgencyDescription,
  type NetworkDescription,
} from './description.ts';
import { letEndorse } from './endorsing.ts';
import { fabricTools } from './fabricTools.ts';
import { joinPeer } from './joinPeer.ts';
import { addMember, makeCertificates, membersOf } from './keys.ts';
import { layoutOf } from './layout.ts';
import { writeNodeConfigs } from './nodes.ts';
import { stopwatch } from './stopwatch.ts';

/** An agency that joins a network at work, or one that only orders and gets a peer. */
export type Newcomer = {
  readonly name: string;
  /** Whether its word shall count for facts; if not, its peer only holds the ledger. */
  readonly endorse: boolean;
  /** Whether it begins with a snapshot of the state instead of replaying every block; it then has no block before it. */
  readonly snapshot: boolean;
  /** Root of this repository, whose chaincode it runs if it endorses. */
  readonly repository: string;
  readonly report?: (line: string) => void;
};

/** Adds an agency with a peer to a running network. May be given again after it broke off. */
export async function addAgency(directory: string, newcomer: Newcomer): Promise<NetworkDescription> {
  const { name, endorse, report = () => undefined } = newcomer;
  const found = getDescription(directory);
  checkName(directory, found, name);
  if (endorse) demandAgreedSources(found.packages[found.chaincode] ?? '', newcomer.repository);
  const place = { bin: await fabricTools(report), directory };
  const authority = await authorityProgram(report);
  const watch = stopwatch(report);

  const own = await describeNewcomer(directory, found, newcomer);
  const described = withAgency(found, own);
  await watch.step('keys and certificates', async () => certify(authority, directory, own));
  writeNodeConfigs(directory, { ...described, agencies: [own] });
  writeDescription(directory, described);
  await watch.step('taken into the channel', async () => takeIn(place, described, own));
  const step = newcomer.snapshot ? 'peer joined by a snapshot' : 'peer joined and caught up';
  let description = await watch.step(step, async () => joinPeer(place, described, newcomer));
  if (endorse)
    description = await watch.step('agreed on as an endorser', async () => letEndorse(place, description, newcomer));
  description = withAgency(description, { ...getAgency(description, name), joining: false });
  writeDescription(directory, description);
  watch.total(`${name} has joined`);
  return description;
}

function checkName(directory: string, { agencies }: NetworkDescription, name: string): void {
  if (!AgencyName.safeParse(name).success)
    throw new Error('ERR_AGENCY_NAME: small letters, digits and hyphens, beginning with a letter');
  const known = agencies.find((agency) => agency.name === name);
  if (known?.joining === true) return;
  if (known?.peer !== undefined) throw new Error(`ERR_AGENCY_KNOWN: ${name} has a peer already`);
  if (known === undefined && existsSync(join(layoutOf(directory).agency(name).home, 'peer')))
    throw new Error(`ERR_AGENCY_KNOWN: the files of an agency ${name} are still here; move them away first`);
}

async function describeNewcomer(
  directory: string,
  { agencies }: NetworkDescription,
  { name, endorse }: Newcomer,
): Promise<AgencyDescription> {
  const known = agencies.find((agency) => agency.name === name);
  if (known?.peer !== undefined) return known; // of a try that broke off
  const own = known ?? describeMember(directory, name);
  return { ...own, ...(await describePeer(directory, name, endorse)), joining: true };
}

async function certify(program: string, directory: string, { name, orderer }: AgencyDescription): Promise<void> {
  const layout = layoutOf(directory).agency(name);
  if (existsSync(layout.peer.certificate)) return;
  if (!existsSync(layout.registrar.certificate)) {
    await makeCertificates(program, directory, { name, peer: true, orderer: orderer !== undefined });
    return;
  }
  const peer = membersOf({ peer: true, orderer: false }, layout).find(({ kind }) => kind === 'peer');
  if (peer !== undefined) await addMember(program, directory, name, peer);
}

async function takeIn(place: Place, description: NetworkDescription, agency: AgencyDescription): Promise<void> {
  const { Host: host, Port: port } = hostAndPort(agency.peer?.address ?? '');
  const member = await channelMember(place, agency);
  const anchored = withAnchorPeer(agency.name, { host, port });
  const change = (config: ChannelConfig) => anchored(withMember(agency.name, member)(config));
  await updateChannel(place, description, { change, of: agency.name });
}
