import { createHash } from 'node:crypto';
import { peer } from '@hyperledger/fabric-protos';
import type { Effect } from './effects.ts';
import { lifecycle, ownCollection } from './definitions.ts';

/** What the agencies agreed about a chaincode at one point: in Fabric's words, one sequence of its definition. */
export type Agreement = {
  readonly chaincode: string;
  readonly sequence: number;
  readonly version: string;
  /** The block that brought it into force. */
  readonly block: number;
  /** Agencies that approved exactly this definition, as the hashes of their own private entries prove. */
  readonly approvedBy: readonly string[];
  /** Of these, agencies that approved it for the package that was asked about. */
  readonly runningPackage?: readonly string[];
};

type Fields = ReadonlyMap<string, Uint8Array>;
type Committed = Omit<Agreement, 'approvedBy' | 'runningPackage'> & { readonly fields: Fields };

const publicField = /^namespaces\/fields\/([^/#]+)\/(\w+)$/;
const approved = ['EndorsementInfo', 'ValidationInfo', 'Collections']; // what an approval repeats of a definition

/**
 * Which definitions agencies approved and committed. A definition is public. An approval lies in the agency's own private
 * collection, but its hashes stand in the block, and equal content has equal hashes.
 */
export class Agreements {
  /** Chaincode → its fields as they stand now. */
  readonly #fields = new Map<string, Map<string, Uint8Array>>();
  /** Agency → hash of a key → hash of its value. */
  readonly #own = new Map<string, Map<string, string>>();
  readonly #committed: Committed[] = [];

  /** What a valid transaction adds. */
  take(effects: readonly Effect[], block: number): void {
    for (const { namespace, writes, privateHashes } of effects) {
      if (namespace !== lifecycle) continue;
      for (const { collection, keyHash, valueHash } of privateHashes)
        if (collection.startsWith(ownCollection))
          this.#ownOf(collection.slice(ownCollection.length)).set(keyHash, valueHash ?? '');
      const defined = writes.flatMap(({ key, value }) => this.#define(publicField.exec(key), value));
      for (const chaincode of defined) this.#commit(chaincode, block);
    }
  }

  /** All definitions, oldest first; `packageId`: which package to look for among the approvals. */
  list(packageId?: string): readonly Agreement[] {
    return this.#committed.map(({ fields, ...agreement }) => {
      const name = `${agreement.chaincode}#${agreement.sequence}`;
      const approvedBy = this.#agenciesWith(
        approved.map((field) => [`namespaces/fields/${name}/${field}`, fields.get(field) ?? nothing]),
      );
      if (packageId === undefined) return { ...agreement, approvedBy };
      const running = this.#agenciesWith([[`chaincode-sources/fields/${name}/PackageID`, textField(packageId)]]);
      return { ...agreement, approvedBy, runningPackage: approvedBy.filter((agency) => running.includes(agency)) };
    });
  }

  #agenciesWith(entries: readonly (readonly [key: string, value: Uint8Array])[]): readonly string[] {
    const hashes = entries.map(([key, value]) => [hashOf(Buffer.from(key)), hashOf(value)] as const);
    const holds = (own: ReadonlyMap<string, string>) => hashes.every(([key, value]) => own.get(key) === value);
    return [...this.#own].flatMap(([agency, own]) => (holds(own) ? [agency] : [])).sort();
  }

  #ownOf(agency: string): Map<string, string> {
    const own = this.#own.get(agency) ?? new Map<string, string>();
    this.#own.set(agency, own);
    return own;
  }

  /** Answers the chaincode whose sequence a write moved. */
  #define(found: RegExpExecArray | null, value: Uint8Array): readonly string[] {
    const [, chaincode, field] = found ?? [];
    if (chaincode === undefined || field === undefined) return [];
    const fields = this.#fields.get(chaincode) ?? new Map<string, Uint8Array>();
    this.#fields.set(chaincode, fields.set(field, value));
    return field === 'Sequence' ? [chaincode] : [];
  }

  #commit(chaincode: string, block: number): void {
    const fields = new Map(this.#fields.get(chaincode));
    const sequence = stateOf(fields.get('Sequence')).getInt64();
    const info = peer.lifecycle.ChaincodeEndorsementInfo.deserializeBinary(
      stateOf(fields.get('EndorsementInfo')).getBytes_asU8(),
    );
    this.#committed.push({ chaincode, sequence, version: info.getVersion(), block, fields });
  }
}

const nothing = new Uint8Array();

function stateOf(bytes: Uint8Array | undefined): peer.lifecycle.StateData {
  return peer.lifecycle.StateData.deserializeBinary(bytes ?? nothing);
}

function textField(text: string): Uint8Array {
  const data = new peer.lifecycle.StateData();
  data.setString(text);
  return data.serializeBinary();
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}
