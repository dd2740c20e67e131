import { Command } from 'commander';
import { loadCountry } from '#country/loadCountry.ts';
import { type AskedNode, nodeHistory } from '#gateway/nodes/nodeHistory.ts';
import { createNodeSigner } from '#gateway/nodeSigner.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { openFabricLedger } from '#ledger/fabric/openFabricLedger.ts';
import { connectionOf } from '#network/connection.ts';
import { getDescription } from '#network/description.ts';
import { openFileKeystore } from '#projections/keys/fileKeystore.ts';
import { copyHistory, type CopiedHistory, type CopyProgress } from '#projections/history/copyHistory.ts';
import { openDatabase } from '#projections/postgres/database.ts';
import { findNodeKey } from './keys/agencyOnLedger.ts';
import { withNodeOptions } from './nodeOptions.ts';
import { agencyOf, databasePlace, keystoreFolder, settingsOf, SettingsFault, type NodeOptions } from './settings.ts';

/** `plinth copy-history`: what this agency's peer never had, because it began with a snapshot, from two other nodes. */
export function copyHistoryCommand(): Command {
  return withNodeOptions(
    new Command('copy-history')
      .description(
        'copy the facts from before the snapshot that this peer began with, from two other nodes, and prove them',
      )
      .requiredOption('--from <agency>', 'the agency whose node tells the facts')
      .requiredOption('--and <agency>', 'the agency whose node has to tell the same')
      .action(run),
  ).addHelpText(
    'after',
    `
  PLINTH_NODES    where those nodes answer: agency=url pairs with commas between them

A peer that joined by a snapshot has the state, but no block before it. The facts of those blocks come from the node after
--from; the one after --and has to tell the same facts at the same places. Nothing is taken before every stream's chain, the
tree of a checkpoint that two agencies have signed, and the state of this agency's own peer agree with all of it.
Private values are not copied; the node counts what it misses.

The own peer has to run the chaincode, and the ledger has to know this node's key (AdmitAgency or RotateNodeKey). May be
stopped at any moment and given again. With DATABASE_URL the node may run meanwhile; the embedded database belongs to one process.

Example:
  PLINTH_NODES=civil-registry=http://127.0.0.1:4000,election-office=http://127.0.0.1:4001 \\
    npx plinth copy-history --ledger fabric --agency tax-office --from civil-registry --and election-office`,
  );
}

type CopyOptions = NodeOptions & { readonly from: string; readonly and: string };

async function run(options: CopyOptions): Promise<void> {
  const { from, and } = options;
  const settings = settingsOf(options);
  if (settings.ledger !== 'fabric') throw new SettingsFault('an embedded ledger has all of its blocks');
  const agency = agencyOf(settings, await loadCountry(settings.country));
  if (new Set([agency, from, and]).size < 3) throw new SettingsFault('--from and --and name two other agencies');
  const opened = new AsyncDisposableStack();
  try {
    const ownPeer = openOwnPeer(settings.networkFolder, agency);
    opened.defer(() => ownPeer.close());
    const keystore = await openFileKeystore(keystoreFolder(settings, agency), agency);
    const signer = await createNodeSigner(agency, keystore.signingKey);
    const sourceOf = async (name: string) => nodeHistory(signer, await askedNode(settings.nodes, ownPeer, name));
    const [first, second] = await Promise.all([sourceOf(from), sourceOf(and)]);
    const database = await openDatabase(databasePlace(settings, agency));
    opened.defer(() => database.close());
    const copied = await copyHistory({
      database,
      keystore,
      ownPeer,
      from: first,
      and: second,
      onProgress: progressLine(),
    });
    if (process.stdout.isTTY) process.stdout.write('\n');
    console.log(resultOf(copied));
  } finally {
    await opened.disposeAsync();
  }
}

function resultOf(copied: CopiedHistory | undefined): string {
  if (copied === undefined) return 'this peer has every block that the node still needs: nothing to copy';
  const { size, before, cosigners } = copied;
  return `${size} facts of the blocks before ${before} are taken; ${cosigners.join(', ')} have signed their tree`;
}

/** The ledger through the own agency's peer alone: the state of another's would be that agency's word. */
function openOwnPeer(networkFolder: string, agency: string): Ledger {
  const connection = connectionOf(getDescription(networkFolder), agency);
  return openFabricLedger({ ...connection, peers: connection.peers.filter((peer) => peer.agency === agency) });
}

async function askedNode(nodes: ReadonlyMap<string, string>, ownPeer: Ledger, agency: string): Promise<AskedNode> {
  const address = nodes.get(agency);
  if (address === undefined) throw new SettingsFault(`PLINTH_NODES names no address of ${agency}`);
  // The key too comes from the own peer's state, not from the nodes that it is to check.
  const nodeKey = await findNodeKey(ownPeer, agency);
  if (nodeKey === undefined) throw new SettingsFault(`the ledger names no key of the node of ${agency}`);
  return { agency, address, nodeKey };
}

const steps = { copied: 'facts copied', checked: 'streams checked', taken: 'facts taken' } as const;

/** One line on a terminal that tells how far it is; elsewhere nothing. */
function progressLine(): (progress: CopyProgress) => void {
  return ({ step, done, of }) => {
    if (process.stdout.isTTY)
      process.stdout.write(`\r\u001b[K${done}${of === undefined ? '' : ` of ${of}`} ${steps[step]}`);
  };
}
