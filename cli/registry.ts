import { findDemo, type DemoContent } from '#country/loadDemo.ts';
import { loadCountry } from '#country/loadCountry.ts';
import type { Country } from '#domain/country.ts';
import type { Command, Fact } from '#domain/envelope.ts';
import { agreeOn } from './agreeOn.ts';
import { foundRegistry } from './foundRegistry.ts';
import { demoSigner, ensureDemoOfficers } from './demoOfficers.ts';
import { openLedger, type OpenedLedger } from './openLedger.ts';
import { agencyOf, keystoreFolder, type Settings } from './settings.ts';

/** A registry that takes commands: country, ledger, founded agencies, and what signs for the demo's officers. */
export type Registry = OpenedLedger & {
  readonly country: Country;
  readonly agency: string;
  readonly demo: DemoContent | undefined;
  /** Signs as an officer of this node's agency; only a demo keeps officers' keys. */
  readonly sign: Sign | undefined;
  /** The same for every agency whose demo officers' keys lie on this machine, by its name. */
  readonly signers: ReadonlyMap<string, Sign>;
  /** Has an order agreed on by officers of two founding agencies, where the keys of both lie on this machine. */
  readonly agree: ((order: Fact & { readonly stream: string }) => Promise<void>) | undefined;
};

type Sign = (command: Command, officer: string) => Command;

/** Opens the ledger and, in a demo country, founds the registry as far as that is missing. */
export async function openRegistry(settings: Settings): Promise<Registry> {
  const country = await loadCountry(settings.country);
  const demo = await findDemo(settings.country, country);
  const agency = agencyOf(settings, country);
  const opened = await openLedger(settings, country, agency);
  try {
    const founded = country.demo ? await foundDemo(settings, country, opened) : undefined;
    const signers = founded?.signers ?? new Map<string, Sign>();
    return { ...opened, country, agency, demo, signers, sign: signers.get(agency), agree: founded?.agree };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function foundDemo(settings: Settings, country: Country, opened: OpenedLedger) {
  const agencies = await Promise.all(
    opened.agencies.map(async (each) => ({
      ...each,
      officers: await ensureDemoOfficers(keystoreFolder(settings, each.name)),
    })),
  );
  const signers = new Map(agencies.map(({ name, officers }) => [name, demoSigner(opened.channel, officers)]));
  if (!opened.founding) return { signers, agree: undefined };
  await foundRegistry(country, opened.channel, agencies);
  const agree = (order: Fact & { readonly stream: string }) => agreeOn(opened.channel, agencies, order);
  return { signers, agree };
}
