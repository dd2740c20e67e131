import { pino } from 'pino';
import { openNode } from '#cli/node.ts';
import { importedIdentity } from '#cli/people/enrol.ts';
import { readPeople } from '#cli/people/readPeople.ts';
import type { Settings } from '#cli/settings.ts';
import { getRegistryKey } from '#cli/openLedger.ts';
import type { ConsentTerms } from '#domain/consent/terms.ts';
import { consentClass } from '#domain/identitySchema/classes.ts';
import { randomId } from '#gateway/randomId.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { withPrivateValues } from '#ledger/withPrivateValues.ts';
import { openAttributes } from '#projections/keys/opening.ts';

const count = 100;
const year = 365 * 24 * 3600 * 1000;

/** What the queries of the bench ask for, and what the people it asks about have said yes to. */
export const question = {
  party: 'clinic',
  purpose: 'ServiceProvision',
  attributes: ['givenName', 'surname', 'dateOfBirth'],
} as const;

/** Has people of an imported registry give a consent each; answers their identity numbers. The node must not be running. */
export async function consentingPeople(settings: Settings): Promise<readonly string[]> {
  const node = await openNode(settings, { logger: pino({ level: 'silent' }), prepare: () => Promise.resolve() });
  try {
    const { ledger, country, demo } = node.registry;
    const registryKey = getRegistryKey(node.registry);
    if (demo === undefined || country.importMapping === undefined) throw new Error('the bench needs a demo country');
    await node.ingest.reached((await ledger.status()).height - 1);
    const numbers: string[] = [];
    for await (const { enrolmentId } of readPeople(demo.people, country.importMapping)) {
      const identity = importedIdentity(registryKey, enrolmentId);
      const held = await openAttributes(node.database, node.keystore, identity);
      if (!question.attributes.every((name) => held.has(name))) continue;
      numbers.push(String(held.get(country.number.attribute)?.value));
      await giveConsent(ledger, identity);
      if (numbers.length === count) break;
    }
    return numbers;
  } finally {
    await node.close();
  }
}

async function giveConsent(ledger: Pick<Ledger, 'submit'>, subject: string): Promise<void> {
  const now = Date.now();
  const period = { validFrom: new Date(now).toISOString(), validUntil: new Date(now + year).toISOString() };
  const claims = question.attributes.map((attribute) => ({ attribute, essential: true, accepted: true }));
  const terms: ConsentTerms = { party: question.party, purpose: question.purpose, claims, ...period };
  const command = { id: randomId(), stream: `consent-${randomId()}`, type: 'GiveConsent', data: period, seen: 0 };
  const outcome = await ledger.submit(withPrivateValues(command, consentClass, { subject, terms }));
  if ('refused' in outcome) throw new Error(`${outcome.refused}: ${outcome.reason}`);
}
