import { readFileSync } from 'node:fs';
import { withAuthority, type Authority } from './ca/authority.ts';
import { authorityProgram } from './ca/authorityProgram.ts';
import { certifiedMembers, daysLeft } from './certificates.ts';
import { updateChannel } from './channelUpdate.ts';
import { withConsenter } from './consenters.ts';
import type { Place } from './deploy.ts';
import { getAgency, getDescription, type AgencyDescription } from './description.ts';
import { fabricTools } from './fabricTools.ts';
import type { Member } from './keys.ts';
import { layoutOf } from './layout.ts';
import { readIdentity, writeWhole } from './msp.ts';
import { untilCommitting } from './readiness.ts';
import { restartNode } from './restartNode.ts';
import { stopwatch } from './stopwatch.ts';

/** Whose certificates, and how few days they may still last. */
export type Renewal = {
  readonly agency?: string | undefined;
  readonly within: number;
  readonly report?: (line: string) => void;
};

/**
 * Has the agencies' authorities certify their members anew, for the keys they have, and starts their peers and orderers
 * with it, one at a time: the others go on meanwhile. Answers how many were renewed.
 */
export async function renewCertificates(directory: string, renewal: Renewal): Promise<number> {
  const report = renewal.report ?? (() => undefined);
  const { agencies } = getDescription(directory);
  const chosen = agencies.filter(({ name }) => name === (renewal.agency ?? name));
  if (renewal.agency !== undefined) getAgency(getDescription(directory), renewal.agency);
  const place = { bin: await fabricTools(report), directory };
  const program = await authorityProgram(report);
  const watch = stopwatch(report);
  let renewed = 0;
  for (const agency of chosen) {
    const due = certifiedMembers(directory, agency).filter((member) => daysLeft(member) < renewal.within);
    if (due.length === 0) continue;
    const names = due.map(({ name }) => name).join(', ');
    await watch.step(`${agency.name}: ${names}`, async () => renewMembers({ ...place, program }, agency, due));
    renewed += due.length;
  }
  return renewed;
}

type Renewing = Place & { readonly program: string };

async function renewMembers(place: Renewing, agency: AgencyDescription, due: readonly Member[]): Promise<void> {
  const home = layoutOf(place.directory).agency(agency.name).authority;
  const renewed = await withAuthority({ program: place.program, agency: agency.name, home }, [], async (authority) =>
    Promise.all(due.map(async (member) => ({ member, ...(await recertify(authority, member)) }))),
  );
  for (const { member, signing, tls } of renewed) {
    // The other orderers know this one by its certificate, so the channel has to hear of the new one first.
    if (member.kind === 'orderer' && tls !== undefined)
      await updateChannel(place, getDescription(place.directory), {
        change: withConsenter(agency.name, { identity: signing, tls }),
      });
    writeWhole(member.layout.certificate, signing);
    if (tls !== undefined && member.layout.tls !== undefined) writeWhole(member.layout.tls.certificate, tls);
    if (member.kind === 'peer' || member.kind === 'orderer') {
      await restartNode(place, agency.name, member.kind);
      // A transaction goes to all orderers: by it they notice connections that broke, before one of them needs its own.
      await untilCommitting(getDescription(place.directory));
    }
  }
}

type Recertified = { readonly signing: string; readonly tls?: string };

async function recertify(authority: Authority, { name, layout }: Member): Promise<Recertified> {
  const caller = readIdentity(layout);
  const signing = await authority.certify(caller, { name, key: caller.key, use: 'signing' });
  if (layout.tls === undefined) return { signing };
  const key = readFileSync(layout.tls.key, 'utf8');
  return { signing, tls: await authority.certify(caller, { name, key, use: 'tls' }) };
}
