import { withoutMember } from './channelGroups.ts';
import { updateChannel } from './channelUpdate.ts';
import { getAgency, getDescription, writeDescription, type NetworkDescription } from './description.ts';
import { agreeOnEndorsers } from './endorsing.ts';
import { fabricTools } from './fabricTools.ts';
import { stopProcesses } from './processes.ts';
import { stopwatch } from './stopwatch.ts';

/** Takes an agency out of a running network: its word no longer counts, the channel does not know it, its processes end. Its files stay. */
export async function removeAgency(
  directory: string,
  name: string,
  report: (line: string) => void = () => undefined,
): Promise<NetworkDescription> {
  const found = getDescription(directory);
  refuseNeeded(found, name);
  const place = { bin: await fabricTools(report), directory };
  const watch = stopwatch(report);
  const staying = found.endorsement.agencies.filter((each) => each !== name);
  const agreed =
    staying.length === found.endorsement.agencies.length
      ? found
      : await watch.step('agreed on without it', async () => agreeOnEndorsers(place, found, staying));
  await watch.step('taken out of the channel', async () =>
    updateChannel(place, last(agreed, name), { change: withoutMember(name) }),
  );
  const { peer, chaincodes } = getAgency(agreed, name);
  await stopProcesses([peer, ...Object.values(chaincodes)].flatMap((each) => each?.process ?? []));
  const description = { ...agreed, agencies: agreed.agencies.filter((agency) => agency.name !== name) };
  writeDescription(directory, description);
  watch.total(`${name} has left; its files stay in its folder`);
  return description;
}

function refuseNeeded(description: NetworkDescription, name: string): void {
  const { orderer } = getAgency(description, name);
  const { agencies, required } = description.endorsement;
  const held = Object.entries(description.classes).filter(([, { members }]) => members.includes(name));
  const needed = (why: string) => new Error(`ERR_AGENCY_NEEDED: ${name} ${why}`);
  if (orderer !== undefined) throw needed('orders: have another agency do so and `remove-orderer` first');
  if (agencies.includes(name) && agencies.length - 1 < required) throw needed('endorses, and the others are too few');
  if (held.length > 0) throw needed(`holds the private values of ${held.map(([each]) => each).join(', ')}`);
}

/** Who leaves is asked last whether it may. */
function last(description: NetworkDescription, name: string): NetworkDescription {
  const others = description.agencies.filter((agency) => agency.name !== name);
  return { ...description, agencies: [...others, getAgency(description, name)] };
}
