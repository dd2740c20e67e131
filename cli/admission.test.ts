import { describe, expect, it } from '@jest/globals';
import type { PublicKey } from '#domain/publicKey.ts';
import { logKeyOf } from '#ledger/log/logKey.ts';
import { admissionKeys, demandOwnKeys } from './admission.ts';
import type { AgencyKeys } from './agencyKeys.ts';

const key = (of: string) => of.repeat(43);
const nodeKey: PublicKey = { kty: 'EC', crv: 'P-256', x: key('A'), y: key('B') };
const logKey = logKeyOf(new Uint8Array(32));
const keys: AgencyKeys = { transportKey: { epoch: 1, key: key('D') }, nodeKey, logKey };
const administrator = {
  officer: 'chief',
  key: nodeKey,
  roles: ['administrator' as const],
  validFrom: '2026-01-01T00:00:00.000Z',
};
const agreed = { name: { eng: 'Tax Office' }, ...admissionKeys(keys), administrator };

describe('an agency that others have agreed to admit', () => {
  it('enters with the keys that it has', () => {
    expect(() => demandOwnKeys(agreed, keys)).not.toThrow();
  });

  it.each([
    ['transport key', { transportKey: { epoch: 1, key: key('E') } }],
    ['epoch', { transportKey: { epoch: 2, key: key('D') } }],
    ['log key', { logKey: key('F') }],
    ['log key at all, or none', { logKey: undefined }],
    ['node key', { nodeKey: { ...nodeKey, x: key('G') } }],
  ])('does not enter with another %s', (_what, change) => {
    expect(() => demandOwnKeys({ ...agreed, ...change }, keys)).toThrow('ERR_SETTING: the proposal names other keys');
  });
});
