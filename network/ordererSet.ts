import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorityProgram } from './ca/authorityProgram.ts';
import { joinOrderer } from './channel.ts';
import { hostAndPort } from './channelConfig.ts';
import { channelMember } from './channelMember.ts';
import { updateChannel } from './channelUpdate.ts';
import { withOrderer, withoutOrderer } from './consenters.ts';
import type { Place } from './deploy.ts';
import { describeOrderer } from './describe.ts';
import {
  getAgency,
  getDescription,
  withAgency,
  writeDescription,
  type AgencyDescription,
  type NetworkDescription,
} from './description.ts';
import { fabricTools } from './fabricTools.ts';
import { ordererHeight, untilCaughtUp } from './heights.ts';
import { addMember, membersOf } from './keys.ts';
import { layoutOf } from './layout.ts';
import { ordererFlags } from './leader.ts';
import { nodesOf, startMissing, untilListening, writeNodeConfigs } from './nodes.ts';
import { peerCommand } from './peerCommand.ts';
import { stopProcesses } from './processes.ts';
import { untilCommitting } from './readiness.ts';
import { stopwatch } from './stopwatch.ts';

const fewest = 4; // that bear one which fails or lies

type Report = (line: string) => void;

/** Has an agency of a running network order as well. May be given again after it broke off. */
export async function addOrderer(
  directory: string,
  name: string,
  report: Report = () => undefined,
): Promise<NetworkDescription> {
  const found = getDescription(directory);
  const known = getAgency(found, name);
  if (await hasJoined(found, known)) throw new Error(`ERR_AGENCY_KNOWN: ${name} has an orderer already`);
  const place = { bin: await fabricTools(report), directory };
  const watch = stopwatch(report);
  const own = known.orderer === undefined ? { ...known, ...(await describeOrderer(directory, name)) } : known;
  const described = withAgency(found, own);
  await watch.step('keys and certificates', async () => certify(await authorityProgram(report), directory, own));
  writeNodeConfigs(directory, { ...described, agencies: [own] });
  writeDescription(directory, described);
  await watch.step('taken into the orderers', async () => takeIn(place, found, own));
  const description = await watch.step('orderer joined and caught up', async () => start(place, described, name));
  watch.total(`${name} orders`);
  return description;
}

/** Has an agency order no more, as long as enough others do. Its peer, if it has one, stays. */
export async function removeOrderer(
  directory: string,
  name: string,
  report: Report = () => undefined,
): Promise<NetworkDescription> {
  const found = getDescription(directory);
  const { orderer, ...staying } = getAgency(found, name);
  if (orderer === undefined) throw new Error(`ERR_NO_AGENCY: ${name} has no orderer`);
  if (found.agencies.filter((each) => each.orderer !== undefined).length <= fewest)
    throw new Error(`ERR_AGENCY_NEEDED: ${fewest} orderers are the fewest that bear a lying one`);
  const place = { bin: await fabricTools(report), directory };
  const watch = stopwatch(report);
  await watch.step('taken out of the orderers', async () =>
    updateChannel(place, found, { change: withoutOrderer(name) }),
  );
  await stopProcesses(orderer.process === undefined ? [] : [orderer.process]);
  const description = withAgency(found, staying);
  writeDescription(directory, description);
  await watch.step('commands commit', async () => untilCommitting(description));
  watch.total(`${name} orders no more; its files stay in its folder`);
  return description;
}

async function hasJoined({ channel }: NetworkDescription, { orderer }: AgencyDescription): Promise<boolean> {
  if (orderer === undefined) return false;
  return ordererHeight(orderer.admin, channel).then(Number.isFinite, () => false);
}

async function certify(program: string, directory: string, { name }: AgencyDescription): Promise<void> {
  const layout = layoutOf(directory).agency(name);
  const [member] = membersOf({ peer: false, orderer: true }, layout).filter(({ kind }) => kind === 'orderer');
  if (member === undefined || existsSync(layout.orderer.tls.root)) return; // the last file that is written
  await addMember(program, directory, name, member);
}

async function takeIn(place: Place, description: NetworkDescription, agency: AgencyDescription): Promise<void> {
  const { certificate, tls } = layoutOf(place.directory).agency(agency.name).orderer;
  const { Host: host, Port: port } = hostAndPort(agency.orderer?.address ?? '');
  const [identity, server] = [certificate, tls.certificate].map((file) => readFileSync(file, 'utf8'));
  const orderer = { host, port, identity: identity ?? '', tls: server ?? '' };
  const change = withOrderer(agency.name, { ...orderer, member: await channelMember(place, agency) });
  await updateChannel(place, description, { change, of: agency.name });
}

/** Starts an orderer that the channel knows, and waits until it takes part. */
async function start(place: Place, description: NetworkDescription, name: string): Promise<NetworkDescription> {
  const started = startMissing({ ...place, chaincodes: {} }, place.directory, description);
  writeDescription(place.directory, started);
  await untilListening(nodesOf(started));
  const agency = getAgency(started, name);
  if (!(await hasJoined(started, agency)))
    await joinOrderer(agency.orderer?.admin ?? '', await newestConfiguration(place, started));
  await untilCaughtUp(started, name);
  await untilCommitting(started);
  return started;
}

async function newestConfiguration(place: Place, description: NetworkDescription): Promise<Uint8Array<ArrayBuffer>> {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-config-'));
  try {
    const file = join(folder, 'block');
    const flags = ['-c', description.channel, ...(await ordererFlags(description))];
    const agency = description.endorsement.agencies[0] ?? '';
    await peerCommand({ ...place, agency }, ['channel', 'fetch', 'config', file, ...flags]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
