import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import type { Ledger } from '#ledger/ledger.ts';
import { findOwedConsents, type OwedConsent } from '#projections/erasure/owedErasures.ts';
import { openNode } from '../node.ts';
import { withNodeOptions } from '../nodeOptions.ts';
import { officerSigner, withOfficerOptions, type OfficerOptions, type SignOrder } from '../officerSigner.ts';
import { commandOf, getCommitted } from '../orders.ts';
import { settingsOf } from '../settings.ts';

type ConsentsOptions = OfficerOptions & { readonly over: number; readonly list?: boolean };

/** `plinth erase consents`: withdraws and erases on the ledger what erased people had consented to. */
export function consentsCommand(): Command {
  return withOfficerOptions(
    withNodeOptions(
      new Command('consents')
        .description('withdraw and erase the consents of erased people, in an adjudicator’s name')
        .argument('[identity]', 'of this one alone (default: of everybody who is erased, mixed)')
        .option('--over <minutes>', 'spread them at random over this time', parseMinutes, 60)
        .option('--list', 'only tell how many are owed')
        .action(run),
    ),
    'the adjudicator who orders it',
  ).addHelpText(
    'after',
    `
No consent names its person on the ledger; done at once and together, their withdrawals would say that they are of one.
So they go one by one, in random order, each in a transaction of its own, after random pauses: let many erasures come
together, and give them days. It may be interrupted and repeated; what is owed is worked out anew each time.
On a network it runs beside the node. An embedded ledger and an embedded database belong to one process each, so stop
\`npm start\` first; while it runs the answer is ERR_LEDGER_IN_USE or ERR_DATABASE_IN_USE, and nothing is done.

Examples:
  npx plinth erase consents --list
  npx plinth erase consents --over 2880`,
  );
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!Number.isFinite(minutes) || minutes < 0) throw new InvalidArgumentError('A number of minutes, 0 or more.');
  return minutes;
}

async function run(identity: string | undefined, { over, list = false, ...options }: ConsentsOptions): Promise<void> {
  const settings = settingsOf(options);
  const logger = pino({ level: 'warn' }, pino.destination(2));
  const node = await openNode(settings, { logger, prepare: () => Promise.resolve() });
  try {
    const { ledger } = node.registry;
    await node.ingest.reached((await ledger.tip()) - 1);
    const owed = await findOwedConsents(node.database, node.keystore, identity);
    console.log(`${owed.length} consents are owed`);
    if (list || owed.length === 0) return;
    const sign = await officerSigner(node.registry, options, 'adjudicator');
    const longest = Math.floor((over * 60_000 * 2) / owed.length); // a random pause takes half of its longest on average
    for (const consent of shuffled(owed)) {
      await pause(longest < 1 ? 0 : randomInt(longest + 1));
      await eraseOne(ledger, sign, consent);
    }
    console.log(`${owed.length} consents are erased`);
  } finally {
    await node.close();
  }
}

/** The same reason for all: another one would tell them apart. */
async function eraseOne(ledger: Ledger, sign: SignOrder, { consent, status, version }: OwedConsent): Promise<void> {
  const stream = `consent-${consent}`;
  const withdrawal = { ...commandOf(stream, { type: 'WithdrawConsent', data: {} }), seen: version };
  if (status === 'given') getCommitted(await ledger.submit({ command: withdrawal }));
  const erasure = {
    ...commandOf(stream, { type: 'EraseConsent', data: { reason: 'administrative-review' } }),
    seen: version,
  };
  getCommitted(await ledger.submit({ command: sign(erasure) }));
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  const order = items.map((item) => ({ item, rank: randomInt(2 ** 47) }));
  return order.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}
