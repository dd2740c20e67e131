import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { common, msp, peer } from '@hyperledger/fabric-protos';
import { sealedKey } from '#chaincode/keys.ts';
import { blocksOfFile } from '#cli/audit/blockFiles.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { decodeBlock, type BlockTransaction } from '#ledger/blocks/decodeBlock.ts';
import type { Submission } from '#ledger/ledger.ts';
import { layoutOf } from '#network/layout.ts';
import { scanFolders, type Pattern } from '#test/byteScan.ts';
import { standing } from '#test/conformance/office.ts';
import { eventually } from '#test/eventually.ts';
import { leakPatternsOf } from '#test/leakPatterns.ts';
import { newId, registration } from '#test/registry.ts';
import { isPublicField } from '#test/securityPage/isPublicField.ts';
import { publicFields } from '#test/securityPage/publicFields.ts';
import type { Siege } from './siege.ts';

const eventPrefix = 'event\u0000';

type View = {
  /** Everything that the orderer keeps. */
  readonly folder: string;
  readonly transactions: readonly BlockTransaction[];
  readonly blocks: readonly Uint8Array[];
  readonly person: Submission;
  readonly name: string;
  /** The sealed values of the person, as a member holds them. */
  readonly entry: Uint8Array;
};

/** Registers somebody with an unmistakable name, and reads what the audit office's orderer then has. */
async function viewOf({ directory, ledger, people }: Siege): Promise<View> {
  const name = `Canary ${newId()}`;
  const { signer } = people['civil-registry'];
  const person = registration(signer, { givenName: [{ language: 'eng', value: name }] });
  standing(await ledger('civil-registry').submit(person));
  const { stream, id } = person.command;
  const entry = await ledger('civil-registry').privateEntry('identification', sealedKey(stream, 1));
  if (entry === undefined) throw new Error('the member holds no sealed values');
  const folder = layoutOf(directory).agency('audit-office').orderer.home;
  const [file = ''] = globSync('**/blockfile_000000', { cwd: folder });
  return eventually(async () => {
    const blocks: Uint8Array[] = [];
    for await (const bytes of blocksOfFile(dirname(join(folder, file)))) blocks.push(bytes);
    if (!blocks.some((bytes) => Buffer.from(bytes).includes(id))) throw new Error('the orderer is not as far');
    const transactions = blocks.flatMap((bytes) => decodeBlock({ bytes, privateSets: new Map() }).transactions);
    return { folder, blocks, transactions, person, name, entry };
  });
}

export function describeOrderersView(siege: () => Siege): void {
  describe('an agency that orders and has no peer', () => {
    let view: View;
    beforeAll(async () => {
      view = await viewOf(siege());
    }, 60_000);

    it('reads every public event, argument and signature, and who created and endorsed it', () => {
      const { command } = view.person;
      const block = Buffer.from(view.blocks.find((bytes) => Buffer.from(bytes).includes(command.id)) ?? []);
      expect(block.includes(command.authority?.signature ?? 'unsigned')).toBe(true);
      expect(registrationIn(view)?.creator).toBe('civil-registry');
      expect(endorsersIn(block)).toContain('civil-registry');
      for (const digest of command.sealed?.digests ?? []) expect(block.includes(digest)).toBe(true);
    });

    it('reads of private values the hashes of their keys and of their sealed bytes, by collection', () => {
      const keyHash = sha256(sealedKey(view.person.command.stream, 1));
      expect(registrationIn(view)?.privateHashes).toEqual([
        { collection: 'identification', keyHash, valueHash: sha256(view.entry), isPurge: false },
      ]);
    });

    it('holds no value in any form, no sealed bytes, and no wrapped key in any of its files', async () => {
      const control = { name: 'control', bytes: Buffer.from(view.person.command.id) };
      const found = await scanFolders([view.folder], [...secretsIn(view), control]);
      expect(found.filter(({ pattern }) => pattern !== 'control')).toEqual([]);
      expect(found.length).toBeGreaterThan(0);
    });

    it('reads no field of an event that docs/security.md does not name', () => {
      const events = eventsIn(view);
      expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(4);
      expect(unnamedIn(events)).toEqual([]);
    });
  });
}

const registrationIn = ({ transactions, person }: View) =>
  transactions.find(({ writes }) => writes.some(({ key }) => key.includes(person.command.stream)));

const eventsIn = ({ transactions }: View) =>
  transactions
    .flatMap(({ writes }) => writes)
    .filter(({ key }) => key.startsWith(eventPrefix))
    .map(({ value }) => JSON.parse(Buffer.from(value).toString()) as { readonly type: string }); // written as JSON, or this throws

function unnamedIn(events: ReturnType<typeof eventsIn>): readonly string[] {
  const fields = publicFields();
  const all = events.flatMap((event) => pathsIn(event).filter((path) => !isPublicField(fields, event.type, path)));
  return [...new Set(all)];
}

/** Everything about the person that only members may have. */
function secretsIn({ entry, name: value, person }: View): readonly Pattern[] {
  const { ciphertext, ephemeral, wraps } = JSON.parse(Buffer.from(entry).toString()) as Sealed; // sealed by our contract
  const sealed = Object.entries({ ciphertext, ephemeral, ...wraps }).flatMap(([name, text]) => [
    { name, bytes: Buffer.from(text) },
    { name: `${name} as bytes`, bytes: Buffer.from(text, 'base64url') },
  ]);
  const disclosures = (person.disclosures ?? []).map((text) => ({ name: 'disclosure', bytes: Buffer.from(text) }));
  return [...sealed, ...disclosures, ...leakPatternsOf({ name: 'givenName', value, texts: [value] })];
}

type Sealed = {
  readonly ciphertext: string;
  readonly ephemeral: string;
  readonly wraps: Readonly<Record<string, string>>;
};

/** Where a JSON value holds something that is neither an object nor a list, as the table of the page names it. */
function pathsIn(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => pathsIn(each, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, path === '' ? name : `${path}.${name}`));
}

/** MSP ids of those who endorsed the transactions of a block. */
function endorsersIn(bytes: Uint8Array): readonly string[] {
  const envelopes = common.Block.deserializeBinary(bytes).getData()?.getDataList_asU8() ?? [];
  return envelopes.flatMap((envelope) => {
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
    return peer.Transaction.deserializeBinary(payload.getData_asU8())
      .getActionsList()
      .flatMap((action) => endorsersOf(action.getPayload_asU8()));
  });
}

function endorsersOf(action: Uint8Array): readonly string[] {
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(action).getAction();
  const endorsements = endorsed?.getEndorsementsList() ?? [];
  return endorsements.map((each) => msp.SerializedIdentity.deserializeBinary(each.getEndorser_asU8()).getMspid());
}
