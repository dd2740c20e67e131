import { describe, expect, it } from '@jest/globals';
import { isLoopback, isPublicAddress } from './publicAddress.ts';

const refused = [
  ...[
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.0.9',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
  ],
  ...['192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.7'],
  ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1', '::8.8.8.8', '100::1'],
  ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', 'ff0e::1'],
  ...['2001::1', '2001:0:4136:e378::', '2001:10::1', '2001:db8::1', '2002:7f00:1::', '2002:0808:0808::1', '3fff::1'],
  ...['64:ff9b::127.0.0.1', '64:ff9b::a00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::8.8.8.8', '5f00::1'],
  ...['localhost', 'example.org', '', '1.2.3', '0x7f000001', '2130706433', '127.1'],
];
const allowed = ['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '192.0.1.1', '223.255.255.255'];

describe('an address', () => {
  it.each(refused)('%s is nobody on the internet', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each([...allowed, '2606:4700:4700::1111', '2001:4860:4860::8888', '2a00::1', '64:ff9b::8.8.8.8'])(
    '%s may be somebody on the internet',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it('is of this machine only where it is a loopback address in its own notation', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].map(isLoopback)).toEqual([true, true, true]);
    expect(['10.0.0.1', '::ffff:127.0.0.1', 'localhost', '::1%lo'].map(isLoopback)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
