import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { agreedHash } from '#chaincode/sources.ts';
import { installChaincode, type Place } from './deploy.ts';
import { getAgency, getDescription } from './description.ts';
import { fabricTools } from './fabricTools.ts';
import { layoutOf } from './layout.ts';
import { nodesAtWork } from './nodeMark.ts';
import { startNodes, stopNode } from './restartNode.ts';
import { runTool } from './runTool.ts';

// What a node is made of, in its agency's folder. Keys that are there are never replaced; a state is, as a whole.
const keys = ['ca', 'msp', 'admin', 'client', 'clients', 'registrar', 'keystore', 'orderer/msp', 'orderer/tls'];
const peerKeys = ['peer/msp', 'peer/tls'];
const states = ['peer/data', 'postgres'];

const Backup = z.object({ agency: z.string(), network: z.string(), at: z.iso.datetime() });
/** What a folder with a backup says of itself; `network` is the hash of the channel's first block. */
export type Backup = z.infer<typeof Backup>;

/**
 * Copies an agency's node: its peer's ledger, its keys and its embedded database. Its peer is away meanwhile. The orderer's
 * ledger stays out: put back, it would vote anew where it has voted, and it gets every block from the others.
 */
export async function backupAgency(directory: string, agency: string, folder: string): Promise<void> {
  getAgency(getDescription(directory), agency);
  refuseAtWork(directory, agency);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Error('ERR_FOLDER_NOT_EMPTY: a backup takes a folder of its own');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { home } = layoutOf(directory).agency(agency);
  await withoutPeer(directory, agency, async () => {
    for (const part of [...keys, ...peerKeys, ...states]) await copy(join(home, part), join(folder, part));
  });
  const backup: Backup = { agency, network: networkOf(directory), at: new Date().toISOString() };
  writeFileSync(join(folder, 'backup.json'), `${JSON.stringify(backup, null, 2)}\n`);
}

/** Puts an agency's node back as it was; its peer then takes from the others what has happened since. */
export async function restoreAgency(directory: string, folder: string): Promise<Backup> {
  const backup = readBackup(folder);
  const { agency } = backup;
  if (backup.network !== networkOf(directory))
    throw new Error('ERR_OTHER_NETWORK: this backup is of a node of another network');
  getAgency(getDescription(directory), agency);
  refuseAtWork(directory, agency);
  const { home } = layoutOf(directory).agency(agency);
  await withoutPeer(directory, agency, async () => {
    for (const part of [...keys, ...peerKeys]) await copyMissing(join(folder, part), join(home, part));
    for (const part of states) {
      rmSync(join(home, part), { recursive: true, force: true });
      await copy(join(folder, part), join(home, part));
    }
  });
  await installAgreed(directory);
  return backup;
}

/** What was backed up there. Throws where that is no backup. */
function readBackup(folder: string): Backup {
  const file = join(folder, 'backup.json');
  if (!existsSync(file)) throw new Error('ERR_NO_BACKUP: this folder holds no backup of a node');
  return Backup.parse(JSON.parse(readFileSync(file, 'utf8')));
}

function networkOf(directory: string): string {
  return createHash('sha256')
    .update(readFileSync(layoutOf(directory).genesis))
    .digest('hex');
}

function refuseAtWork(directory: string, agency: string): void {
  const node = nodesAtWork(directory).find((each) => each.agency === agency);
  if (node !== undefined)
    throw new Error(`ERR_NODE_RUNNING: the node of ${agency} (process ${node.pid}) is at work; stop it first`);
}

async function withoutPeer(directory: string, agency: string, work: () => Promise<void>): Promise<void> {
  const place: Place = { bin: await fabricTools(() => undefined), directory };
  await stopNode(directory, agency, 'peer');
  try {
    await work();
  } finally {
    await startNodes(place, agency);
  }
}

/** The agencies may have agreed on other code since: then the peer that came back has not got its package. */
async function installAgreed(directory: string): Promise<void> {
  const description = getDescription(directory);
  const { chaincode: name, packages } = description;
  const codeHash = agreedHash(packages[name] ?? '');
  const place = { bin: await fabricTools(() => undefined), directory };
  if (codeHash !== undefined) await installChaincode(place, description, { servers: name, name, codeHash });
}

// `cp` keeps owners and modes: the embedded PostgreSQL may run as another user and wants its files for itself.
async function copy(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  await runTool('cp', ['-a', from, to]);
}

async function copyMissing(from: string, to: string): Promise<void> {
  if (!existsSync(to)) return copy(from, to);
  if (!existsSync(from)) return;
  for (const name of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, name.name), join(to, name.name)];
    if (name.isDirectory()) await copyMissing(source, target);
    else if (!existsSync(target)) await copy(source, target);
  }
}
