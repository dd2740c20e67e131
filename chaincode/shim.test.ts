import { describe, expect, it } from '@jest/globals';
import type { Context } from 'fabric-contract-api';
import { Contract, chaincodeOf, withoutShimListeners } from './shim.ts';

class Keyed extends Contract {
  readonly #key: string;

  constructor(key: string) {
    super('keyed');
    this.#key = key;
  }

  echo(_ctx: Context, word: string): string {
    return `${word}${this.#key.length}`;
  }
}

const listeners = () => [...process.rawListeners('uncaughtException'), ...process.rawListeners('unhandledRejection')];

describe('a library that listens for uncaught errors', () => {
  it('loses the listeners it added, and nobody else loses theirs', () => {
    const ours = () => undefined;
    process.on('uncaughtException', ours);
    withoutShimListeners(() => process.on('uncaughtException', () => undefined));
    expect(listeners()).toContain(ours);
    process.off('uncaughtException', ours);
  });
});

describe('a chaincode made of a contract', () => {
  it('leaves the process without listeners that would swallow its errors', () => {
    const before = listeners();
    chaincodeOf(new Keyed('a key'));
    expect(listeners()).toEqual(before);
  });

  it('offers the transactions of the contract it was given', () => {
    expect(JSON.stringify(chaincodeOf(new Keyed('a key')))).toContain('"echo"');
  });

  it("never shows the contract's key in its metadata, which every client can read", () => {
    expect(JSON.stringify(chaincodeOf(new Keyed('a key')))).not.toContain('a key');
  });
});
