import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import { openDatabase, type Database } from '#projections/postgres/database.ts';
import { findRunningServer } from '#projections/postgres/runningServer.ts';
import { listDeadLetters, resendDeadLetters } from '#projections/webhooks/deadLetters.ts';
import { listWebhooks } from '#projections/webhooks/registrations.ts';
import type { Webhook } from '#projections/webhooks/webhook.ts';
import { withNodeOptions } from './nodeOptions.ts';
import { agencyOf, databasePlace, settingsOf, SettingsFault, type NodeOptions } from './settings.ts';

const webhookArgument = 'id of a webhook, the first word of its line in plinth webhooks list';
const noticeArgument = 'ids of notices, the first words of plinth webhooks dead (default: all that were given up)';
const examples = `
All of them work beside a running node.

Examples:
  npx plinth webhooks list
  npx plinth webhooks dead 34ca1bcd-bb01-4d0f-a1a5-3f2d1c5f8d10
  npx plinth webhooks resend 34ca1bcd-bb01-4d0f-a1a5-3f2d1c5f8d10`;

/** `plinth webhooks`: what the operator of a node sees of those who are told what happens, and what could not be delivered. */
export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description('webhooks of this node, what waits for them, and what was given up')
    .addCommand(
      withNodeOptions(new Command('list').description('every webhook, its queue and how it fares').action(list)),
    )
    .addCommand(
      withNodeOptions(new Command('dead').argument('<webhook>', webhookArgument))
        .description('what was given up at a webhook, the newest first')
        .action(dead),
    )
    .addCommand(
      withNodeOptions(
        new Command('resend').argument('<webhook>', webhookArgument).argument('[notice...]', noticeArgument),
      )
        .description('put what was given up back into the queue: these notices, or all')
        .action(resend),
    )
    .addHelpText('after', examples);
}

async function list(options: NodeOptions): Promise<void> {
  const webhooks = await withDatabase(options, (database) => listWebhooks(database));
  if (webhooks.length === 0) console.log('no webhooks');
  for (const webhook of webhooks) console.log(lineOf(webhook));
}

function lineOf({ id, subscriber, state, waiting, dead: givenUp, failure, url }: Webhook): string {
  const fares = failure === null ? '' : `  ${failure}`;
  return `${id}  ${subscriber.kind} ${subscriber.id}  ${state}  ${waiting} waiting  ${givenUp} dead  ${new URL(url).origin}${fares}`; // the rest of a URL is often a secret
}

async function dead(id: string, options: NodeOptions): Promise<void> {
  const letters = await withWebhook(options, id, (database, webhook) => listDeadLetters(database, { webhook }));
  if (letters.length === 0) console.log('nothing was given up');
  for (const { notice, type, at, attempts, failure, diedAt } of letters)
    console.log(`${notice}  ${type}  of ${at}  ${attempts} attempts  given up ${diedAt}  ${failure ?? ''}`);
}

async function resend(id: string, notices: readonly string[], options: NodeOptions): Promise<void> {
  const chosen = notices.length === 0 ? undefined : notices.map((notice) => checkedId(notice));
  const resent = await withWebhook(options, id, (database, webhook) =>
    resendDeadLetters(database, { webhook, notices: chosen }),
  );
  console.log(`${resent} back in the queue`);
}

function withWebhook<T>(
  options: NodeOptions,
  id: string,
  work: (database: Database, webhook: string) => Promise<T>,
): Promise<T> {
  return withDatabase(options, async (database) => {
    const found = (await listWebhooks(database)).find((each) => each.id === checkedId(id));
    if (found === undefined) throw new SettingsFault('no such webhook at this node: plinth webhooks list');
    return work(database, found.id);
  });
}

function checkedId(id: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    throw new SettingsFault(
      'no id: plinth webhooks list has those of webhooks, plinth webhooks dead <webhook> those of notices',
    );
  return id;
}

/** The database of the node, also while the node runs. */
async function withDatabase<T>(options: NodeOptions, work: (database: Database) => Promise<T>): Promise<T> {
  const settings = settingsOf(options);
  const place = databasePlace(settings, agencyOf(settings, await loadCountry(settings.country)));
  if ('directory' in place && !existsSync(place.directory))
    throw new SettingsFault('this node has never been started: it has no webhooks');
  const running = 'directory' in place ? await findRunningServer(place.directory) : undefined;
  const database = await openDatabase(running === undefined ? place : { databaseUrl: running });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
