import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription } from '#network/description.ts';
import { networkDown } from '#network/down.ts';
import type { NetworkOptions } from '#network/options.ts';
import { networkUp } from '#network/up.ts';
import { found } from '#test/agreement.ts';
import { agencies, newAgencies } from '#test/registry.ts';
import { copySources } from './sources.ts';

const classes = ['identification', 'contact', 'consent'];

/** What every test network is: three agencies that endorse, and the audit office with an orderer only. */
function optionsIn(home: string): NetworkOptions {
  return {
    directory: join(home, 'network'),
    repository: join(home, 'sources'),
    agencies: [...agencies.map((name) => ({ name, peer: true })), { name: 'audit-office', peer: false }],
    classes: Object.fromEntries(classes.map((name) => [name, { members: agencies }])),
    endorsement: { agencies, required: 2 },
  };
}

/** A real network for the tests of one file, with a registry founded on it. */
export type TestNetwork = {
  readonly options: NetworkOptions;
  /** The officers and transport keys of its agencies. */
  readonly people: ReturnType<typeof newAgencies>;
  /** Opens the ledger as an agency's node sees the network now. */
  readonly open: (agency: string) => Ledger;
  /** Closes what was opened, ends the network and removes its folder. */
  readonly close: () => Promise<void>;
};

/** Starts a network in a temporary folder and founds a registry on it. */
export async function openTestNetwork(): Promise<TestNetwork> {
  const home = await mkdtemp(join(tmpdir(), 'plinth-life-'));
  const options = optionsIn(home);
  const people = newAgencies();
  const opened: Ledger[] = [];
  const open = (agency: string): Ledger => {
    const ledger = openFabricLedger(connectionOf(getDescription(options.directory), agency));
    opened.push(ledger);
    return ledger;
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map(async (ledger) => ledger.close()));
    await networkDown(options.directory);
    await rm(home, { recursive: true, force: true });
  };
  try {
    // Its own copy: a network agrees on sources, and somebody may be writing these while it runs.
    await copySources(fileURLToPath(new URL('../..', import.meta.url)), options.repository);
    await networkUp(options);
    await found(people, (submission, agency) => open(agency).submit(submission));
    return { options, people, open, close };
  } catch (error) {
    await close();
    throw error;
  }
}
