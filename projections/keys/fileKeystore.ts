import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { receiverOf } from '#domain/seal/carriedKey.ts';
import { freshFile } from './freshFile.ts';
import { KeyFault } from './keyFault.ts';
import type { Keystore } from './keystore.ts';
import { contentKeyWrapper, ensureNodeKeys, NodeFile, nodeFileOf } from './nodeKeys.ts';
import { readTransportKeys, TransportFile, transportFileOf, unwrapWithAny } from './transportKeys.ts';

/**
 * Opens a keystore folder, for development: `transport.json` must be there, `node.json` is made at first use. Keys that
 * another process rotates meanwhile are taken up by the next use.
 */
export async function openFileKeystore(folder: string, agency: string): Promise<Keystore> {
  await readTransportKeys(folder);
  const node = await ensureNodeKeys(folder);
  const transport = freshFile(transportFileOf(folder), (file) => {
    const { keys } = TransportFile.parse(file);
    return { keys, unwrap: unwrapWithAny(agency, keys) };
  });
  const wrapper = freshFile(nodeFileOf(folder), (file) => contentKeyWrapper(NodeFile.parse(file)));
  return {
    agency,
    unwrap: (entry) => transport().unwrap(entry),
    receive: ({ epoch, ephemeral, errand }) => receiverOf(privateKeyIn(transport(), epoch), ephemeral, errand),
    wrap: (contentKey, place) => wrapper().wrap(contentKey, place),
    open: (wrapped, place) => wrapper().open(wrapped, place),
    wrapMark: () => wrapper().mark,
    blindIndex: hashByKind(node.blindIndexKey, 'blind index'),
    pairwise: hashByKind(node.pairwiseKey, 'pairwise'),
    signingKey: node.signingKey,
    formerSigningKey: node.formerSigningKey,
  };
}

function privateKeyIn({ keys }: TransportFile, epoch: number): string {
  const found = keys.find((each) => each.epoch === epoch);
  if (found === undefined) throw new KeyFault('ERR_EPOCH_UNKNOWN', `there is no transport key of epoch ${epoch}`);
  return found.privateKey;
}

function hashByKind(secret: string, purpose: string): (kind: string, value: string) => string {
  const master = createSecretKey(secret, 'base64url');
  const keys = new Map<string, KeyObject>();
  return (kind, value) => {
    const known = keys.get(kind) ?? derive(master, `plinth 1 ${purpose} ${kind}`);
    keys.set(kind, known);
    return createHmac('sha256', known).update(value).digest('base64url');
  };
}

function derive(master: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', master, '', purpose, 32)));
}
