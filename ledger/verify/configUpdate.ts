import { common } from '@hyperledger/fabric-protos';
import type { Channel } from './channel.ts';
import { configItems, type ConfigItem, type ConfigItems } from './configItems.ts';
import { Discrepancy, demand, readMessage, required } from './discrepancy.ts';
import { isValidAt } from './identities.ts';
import type { Signer } from './policies.ts';
import { findSignatureFault } from './signature.ts';
import { Message } from './wire.ts';

/**
 * Checks that a new configuration is the one before it with the changes that its update names, each of them signed by those
 * whom the configuration before demands for it. Answers how many administrators' signatures held.
 */
export function checkConfigUpdate(before: Channel, { config, update }: Update): number {
  const { request, signers } = readUpdate(before, update);
  const current = configItems(before.root);
  const read = configItems(required(request.getReadSet(), 'what the change of configuration read'));
  const written = configItems(required(request.getWriteSet(), 'what the change of configuration writes'));
  for (const [key, { version }] of read)
    demand(current.get(key)?.version === version, `the change of configuration read another ${key} than was in force`);
  const changed = new Map([...written].filter(([key, { version }]) => read.get(key)?.version !== version));
  demand(changed.size > 0, 'a change of configuration that changes nothing');
  for (const [key, item] of changed) checkChange(before, { key, item, existing: current.get(key) }, signers);
  compare(configItems(config), reachable(new Map([...current, ...changed])));
  return signers.length;
}

/** The configuration that results, and the envelope of the update that led to it. */
type Update = { readonly config: common.ConfigGroup; readonly update: common.Envelope };

type Change = { readonly key: string; readonly item: ConfigItem; readonly existing: ConfigItem | undefined };

/** What is new is allowed by whoever may change the group that it is in. */
function checkChange(before: Channel, { key, item, existing }: Change, signers: readonly Signer[]): void {
  const due = existing === undefined ? 0 : existing.version + 1;
  demand(
    item.version === due,
    `the change of configuration makes version ${item.version} of ${key}, and ${due} is due`,
  );
  if (existing === undefined) return;
  const { changedUnder } = existing;
  demand(
    before.policy(changedUnder)(signers),
    `${key} was changed without the signatures that ${changedUnder} demands`,
  );
}

/** Drops what no group names any more. */
function reachable(items: ConfigItems): ConfigItems {
  const found = new Map<string, ConfigItem>();
  const visit = (key: string): void => {
    const item = required(items.get(key), `the ${key} that a group of the configuration names`);
    found.set(key, item);
    if (key.startsWith('group ')) for (const member of item.content.split('\n').filter(Boolean)) visit(member);
  };
  visit('group /Channel');
  return found;
}

function compare(stated: ConfigItems, computed: ConfigItems): void {
  for (const key of new Set([...stated.keys(), ...computed.keys()]))
    demand(
      JSON.stringify(stated.get(key)) === JSON.stringify(computed.get(key)),
      `the configuration is not the one before it with its changes: ${key}`,
    );
}

type Read = { readonly request: common.ConfigUpdate; readonly signers: readonly Signer[] };

function readUpdate(before: Channel, update: common.Envelope): Read {
  const name = 'the change of configuration';
  const payload = new Message(update.getPayload_asU8(), name);
  const about = new Message(payload.get(1, name).bytes(1), name);
  demand(about.number(1) === common.HeaderType.CONFIG_UPDATE, 'a change of configuration of another type');
  const envelope = readMessage((each) => common.ConfigUpdateEnvelope.deserializeBinary(each), payload.bytes(2), name);
  const bytes = envelope.getConfigUpdate_asU8();
  const request = readMessage((each) => common.ConfigUpdate.deserializeBinary(each), bytes, name);
  demand(request.getChannelId() === before.id, 'a change of configuration of another channel');
  const time = about.get(3, name).number(1) * 1000;
  const signers = envelope.getSignaturesList().flatMap((each) => signerOf(before, { signature: each, bytes, time }));
  return { request, signers };
}

type Signed = { readonly signature: common.ConfigSignature; readonly bytes: Uint8Array; readonly time: number };

/** A signature that does not hold counts for nobody, as in Fabric; whether the others are enough is for the policies to say. */
function signerOf({ identify }: Channel, { signature, bytes, time }: Signed): readonly Signer[] {
  const header = signature.getSignatureHeader_asU8();
  try {
    const serialised = new Message(header, 'a signature').bytes(1);
    const identity = identify(serialised);
    const fault = findSignatureFault(identity, Buffer.concat([header, bytes]), signature.getSignature_asU8());
    return fault === undefined && isValidAt(identity, time) ? [{ serialised, identity }] : [];
  } catch (error) {
    if (error instanceof Discrepancy) return [];
    throw error;
  }
}
