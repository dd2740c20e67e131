import { BlockList, isIPv4, isIPv6 } from 'node:net';

// What no subscriber on the internet has: the IANA special-purpose registry of IPv4 (RFC 6890 and later entries), multicast, and
// what is reserved. The metadata services of clouds lie in 169.254.0.0/16.
const specialIPv4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared by carriers
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays, given up (RFC 7526)
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
];
// Of IPv6 only what is assigned as global unicast (RFC 4291 §2.4) can be anybody's, less what is special in it; everything else
// (loopback, mapped IPv4, unique local, link-local, multicast, local NAT64) lies outside.
const specialIPv6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23], // protocol assignments, Teredo among them
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: an IPv4 address in disguise
  ['3fff::', 20], // documentation (RFC 9637)
];

const special = new BlockList();
for (const [network, prefix] of specialIPv4) {
  special.addSubnet(network, prefix, 'ipv4');
  special.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6'); // the same behind a NAT64 (RFC 6052)
}
for (const [network, prefix] of specialIPv6) special.addSubnet(network, prefix, 'ipv6');

const assigned = new BlockList();
assigned.addSubnet('2000::', 3, 'ipv6');
assigned.addSubnet('64:ff9b::', 96, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an IP address can be that of somebody on the internet; no name, and nothing with a zone, is one. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  return isPlainIPv6(address) && assigned.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** Whether an IP address is this machine's own. */
export function isLoopback(address: string): boolean {
  if (isIPv4(address)) return loopback.check(address, 'ipv4');
  return isPlainIPv6(address) && loopback.check(address, 'ipv6') && !address.includes('.');
}

function isPlainIPv6(address: string): boolean {
  return isIPv6(address) && !address.includes('%');
}
