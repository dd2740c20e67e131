import { createHash } from 'node:crypto';
import { peer } from '@hyperledger/fabric-protos';
import { describe, expect, it } from '@jest/globals';
import { Agreements } from './agreements.ts';
import type { Effect } from './effects.ts';

const empty = { namespace: '_lifecycle', reads: [], writes: [], privateHashes: [], isBeyond: false };
const hashOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('base64url');

function bytesState(bytes: Uint8Array): Uint8Array {
  const state = new peer.lifecycle.StateData();
  state.setBytes(bytes);
  return state.serializeBinary();
}

function textState(text: string): Uint8Array {
  const state = new peer.lifecycle.StateData();
  state.setString(text);
  return state.serializeBinary();
}

function numberState(value: number): Uint8Array {
  const state = new peer.lifecycle.StateData();
  state.setInt64(value);
  return state.serializeBinary();
}

function info(version: string): Uint8Array {
  const of = new peer.lifecycle.ChaincodeEndorsementInfo();
  of.setVersion(version);
  return bytesState(of.serializeBinary());
}

type Fields = Readonly<Record<string, Uint8Array>>;
const fieldsOf = (version: string): Fields => ({
  EndorsementInfo: info(version),
  ValidationInfo: bytesState(Buffer.from('policy')),
  Collections: bytesState(Buffer.from('collections')),
});

function committed(sequence: number, fields: Fields): readonly Effect[] {
  const all = { ...fields, Sequence: numberState(sequence) };
  const writes = Object.entries(all).map(([name, value]) => ({
    ...{ key: `namespaces/fields/registry/${name}`, value },
    isDelete: false,
  }));
  return [{ ...empty, writes }];
}

/** What a block shows of an approval: hashes only. */
function approval(agency: string, sequence: number, fields: Fields, packageId = 'registry_1:aa'): readonly Effect[] {
  const own = Object.entries(fields).map(([name, value]) => [`namespaces/fields/registry#${sequence}/${name}`, value]);
  const entries = [...own, [`chaincode-sources/fields/registry#${sequence}/PackageID`, textState(packageId)]] as const;
  const privateHashes = entries.map(([key = '', value = '']) => ({
    ...{ collection: `_implicit_org_${agency}`, keyHash: hashOf(key), valueHash: hashOf(value) },
    isPurge: false,
  }));
  return [{ ...empty, privateHashes }];
}

describe('a definition that two of three agencies approved', () => {
  const agreements = new Agreements();
  agreements.take(approval('civil-registry', 1, fieldsOf('1')), 4);
  agreements.take(approval('election-office', 1, fieldsOf('1'), 'registry_1:bb'), 5);
  agreements.take(approval('social-protection', 1, fieldsOf('other')), 5);
  agreements.take(committed(1, fieldsOf('1')), 6);

  it('names them, and not the one that approved something else', () => {
    expect(agreements.list()).toEqual([
      ...[{ chaincode: 'registry', sequence: 1, version: '1', block: 6 }].map((of) => ({
        ...of,
        approvedBy: ['civil-registry', 'election-office'],
      })),
    ]);
  });

  it('names those who run the package that is asked about', () => {
    expect(agreements.list('registry_1:aa')).toMatchObject([{ runningPackage: ['civil-registry'] }]);
  });
});

describe('an upgrade that writes only what is new', () => {
  it('is compared with all of the definition, and leaves the one before as it was', () => {
    const agreements = new Agreements();
    agreements.take(committed(1, fieldsOf('1')), 6);
    agreements.take(approval('civil-registry', 2, fieldsOf('2')), 7);
    agreements.take(committed(2, { EndorsementInfo: info('2') }), 8);
    expect(agreements.list()).toMatchObject([
      { sequence: 1, version: '1', approvedBy: [] },
      { sequence: 2, version: '2', approvedBy: ['civil-registry'] },
    ]);
  });
});
