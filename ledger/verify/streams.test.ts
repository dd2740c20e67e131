import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { Streams } from './streams.ts';
import type { Decision } from './transaction.ts';

const time = Date.parse('2026-03-01T12:00:00.000Z');
const event = { stream: 'identity-1', version: 1, type: 'IdentityRegistered', data: {}, command: 'c' };
const bytes = Buffer.from(canonicalJson({ ...event, at: new Date(time).toISOString(), by: { agency: 'a' } }));
const written = (key: string): Decision => ({
  ...{ chaincode: 'registry', asked: 'registry', response: bytes, endorsements: [], isAsAsked: true },
  arguments: [Buffer.from('submit'), Buffer.from('{"commands":[{"stream":"identity-1","id":"c"}]}')],
  effects: [
    {
      ...{ namespace: 'registry', reads: [], privateHashes: [], isBeyond: false },
      writes: [{ key, value: bytes, isDelete: false }],
    },
  ],
});
const take = (key: string) => () => new Streams().take(written(key), { agency: 'a', time, transaction: 0 });

describe('an event', () => {
  it.each([
    'event\u0000identity-1\u0000000000000001\u0000more',
    'event\u0000identity-1\u00001',
    'event\u0000identity-1\u0000000000000001\u0000',
  ])('stands under its own key and no other: %j', (key) => {
    expect(take(key)).toThrow('stands under another key than its own');
  });

  it('does not come without its head', () => {
    expect(take('event\u0000identity-1\u0000000000000001')).toThrow('its head was not moved');
  });
});
