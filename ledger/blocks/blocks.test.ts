import { describe, expect, it } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { blockHash, dataHash, headerBytes } from './blockHash.ts';
import { commitHash, type Update } from './commitHash.ts';
import { decodeBlock } from './decodeBlock.ts';
import { ledgerEventsOf } from './ledgerEvents.ts';

function headerOf(number: number): common.BlockHeader {
  const header = new common.BlockHeader();
  header.setNumber(number);
  header.setPreviousHash(Buffer.alloc(32, 1));
  header.setDataHash(Buffer.alloc(32, 2));
  return header;
}

describe('the bytes of a block header', () => {
  it.each([
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [65_536, '0203010000'],
  ])('carry number %i as a signed DER integer', (number, integer) => {
    const rest = `0420${'01'.repeat(32)}0420${'02'.repeat(32)}`;
    const length = (integer.length + rest.length) / 2;
    expect(headerBytes(headerOf(number)).toString('hex')).toBe(`30${length.toString(16)}${integer}${rest}`);
  });
});

describe('a commit hash', () => {
  const update = (more: Partial<Update>): Update => ({
    ...{
      namespace: 'registry',
      collection: '',
      key: Buffer.from('a'),
      value: Buffer.from('1'),
      block: 7,
      transaction: 0,
    },
    ...more,
  });
  const hash = (...updates: readonly Update[]) => commitHash(Buffer.of(0), updates, Buffer.alloc(32)).toString('hex');

  it('does not depend on the order in which keys were written', () => {
    const [a, b, sealed] = [update({}), update({ key: Buffer.from('b') }), update({ collection: 'contact' })];
    expect(hash(sealed, b, a)).toBe(hash(a, b, sealed));
  });

  it('depends on every value, place and flag', () => {
    const hashes = [
      hash(update({})),
      hash(update({ value: undefined })),
      hash(update({ block: 8 })),
      hash(update({ transaction: 1 })),
      hash(update({ collection: 'contact' })),
      commitHash(Buffer.of(11), [update({})], Buffer.alloc(32)).toString('hex'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('a transaction that peers have marked invalid', () => {
  const blockWith = (code: number): Uint8Array => {
    const content = new common.BlockData();
    content.setDataList([Buffer.from('no envelope at all')]);
    const metadata = new common.BlockMetadata();
    metadata.setMetadataList([new Uint8Array(), new Uint8Array(), Buffer.of(code)]);
    const block = new common.Block();
    block.setHeader(headerOf(3));
    block.setData(content);
    block.setMetadata(metadata);
    return block.serializeBinary();
  };

  it('may be any bytes: the block is read all the same', () => {
    const block = decodeBlock({ bytes: blockWith(1), privateSets: new Map() });
    expect(block).toMatchObject({ number: 3, transactions: [{ index: 0, code: 1, writes: [] }] });
    expect(block.hash).toBe(blockHash(headerOf(3)).toString('base64url'));
    expect(ledgerEventsOf(block)).toEqual([]);
  });

  it('would stop the reader if it counted as valid', () => {
    expect(() => decodeBlock({ bytes: blockWith(0), privateSets: new Map() })).toThrow('transaction 0');
  });
});

describe('the hash of a block’s data', () => {
  it('is over the envelopes one after the other', () => {
    expect(dataHash([Buffer.from('ab'), Buffer.from('c')])).toEqual(dataHash([Buffer.from('abc')]));
  });
});
