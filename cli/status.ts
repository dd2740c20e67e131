import { Command } from 'commander';
import * as z from 'zod';
import { settingsOf } from './settings.ts';

const Readiness = z.object({
  ready: z.boolean(),
  ledger: z.string(),
  database: z.string(),
  store: z.string().optional(),
  ingest: z.string(),
  values: z.string(),
  log: z.string(),
  webhooks: z.string(),
});

/** `plinth status`: whether a running node can serve, and what keeps it from it. */
export function statusCommand(): Command {
  return new Command('status')
    .description('ask a running node whether it can serve; exits 1 when not')
    .option('--url <url>', 'address of the node (default: http://127.0.0.1:PORT)')
    .action(run)
    .addHelpText(
      'after',
      `
Example:
  npx plinth status --url http://127.0.0.1:4001`,
    );
}

async function run({ url }: { readonly url?: string }): Promise<void> {
  const address = url ?? `http://127.0.0.1:${settingsOf({ ledger: 'embedded' }).port}`;
  const state = await readinessOf(address);
  for (const [part, text] of Object.entries(state ?? { node: `nothing answers at ${address}` })) {
    console.log(`${part.padEnd(10)}${text}`);
  }
  if (state?.ready !== true) process.exitCode = 1;
}

async function readinessOf(address: string) {
  try {
    const response = await fetch(`${address}/ready`, { signal: AbortSignal.timeout(5000) });
    return Readiness.parse(await response.json());
  } catch {
    return undefined; // no node, or something else at that address: either way there is no node to tell about
  }
}
