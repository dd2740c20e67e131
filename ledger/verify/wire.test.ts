import { describe, expect, it } from '@jest/globals';
import { ledger } from '@hyperledger/fabric-protos';
import fc from 'fast-check';
import { Message } from './wire.ts';

const { KVWrite, KVRWSet, Version } = ledger.rwset.kvrwset;
const name = 'a message';

describe('a message', () => {
  it('says what protobuf wrote, whatever that is', () => {
    const versions = fc.record({ block: fc.nat({ max: 2 ** 48 }), transaction: fc.nat() });
    fc.assert(
      fc.property(versions, ({ block, transaction }) => {
        const version = new Version();
        version.setBlockNum(block);
        version.setTxNum(transaction);
        const read = new Message(version.serializeBinary(), name).demandWhole({ scalars: [1, 2] });
        expect([read.number(1), read.number(2)]).toEqual([block, transaction]);
      }),
    );
  });

  it('gives texts, bytes and lists', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.uint8Array())), (pairs) => {
        const set = new KVRWSet();
        set.setWritesList(
          pairs.map(([key, value]) => {
            const write = new KVWrite();
            write.setKey(key);
            write.setValue(value);
            return write;
          }),
        );
        const writes = new Message(set.serializeBinary(), name).list(3).map((bytes) => new Message(bytes, name));
        expect(writes.map((each) => [each.text(1), Buffer.from(each.bytes(3))])).toEqual(
          pairs.map(([key, value]) => [key, Buffer.from(value)]),
        );
      }),
    );
  });

  it('that is no message is refused in words, never read past its end', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const read = (): unknown => new Message(bytes, name).list(1);
        try {
          read();
        } catch (error) {
          expect(error).toHaveProperty('message', 'a message cannot be read');
        }
      }),
    );
  });

  it.each([
    ['ends within a field', [0x0a, 0x02, 0x01]],
    ['ends within a number', [0x08, 0x80]],
    ['has a field 0', [0x02, 0x00]],
    ['has a group', [0x0b, 0x0c]],
    ['has a number that no JavaScript can count', [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('that %s cannot be read', (_why, bytes) => {
    expect(() => new Message(Uint8Array.from(bytes), name)).toThrow('a message cannot be read');
  });

  it('whose single field stands there twice cannot be read: readers differ about it', () => {
    const twice = new Message(Uint8Array.of(0x08, 0x01, 0x08, 0x02), name);
    expect(() => twice.number(1)).toThrow('a message cannot be read');
  });

  it.each([
    ['in another order', [0x10, 0x01, 0x08, 0x01]],
    ['twice', [0x08, 0x01, 0x08, 0x01]],
    ['with a zero written out', [0x08, 0x00]],
    ['with a number longer than it is', [0x08, 0x81, 0x00]],
    ['with an unknown field', [0x08, 0x01, 0x18, 0x01]],
  ])('%s holds what means nothing', (_why, bytes) => {
    const read = new Message(Uint8Array.from(bytes), name);
    expect(() => read.demandWhole({ scalars: [1, 2] })).toThrow('a message holds bytes that mean nothing');
  });
});
