import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';

/** The addresses a name stands for; rejects when nobody knows it. */
export type ResolveName = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Asks the name servers, and neither this machine's table of hosts nor its search domains: subscribers stand in no such thing. */
export const resolveName: ResolveName = async (hostname) => {
  if (hostname === 'localhost') return [address('127.0.0.1', 4), address('::1', 6)]; // RFC 6761 §6.3
  // The system's own look-ups occupy threads that signing and files need too: four slow name servers would stop a node. These
  // do not. A new one each time, since which servers there are may change while the node runs.
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = [...foundBy(ipv4).map((each) => address(each, 4)), ...foundBy(ipv6).map((each) => address(each, 6))];
  if (found.length === 0) throw new NameUnknown();
  return found;
};

const address = (text: string, family: 4 | 6): LookupAddress => ({ address: text, family });

function foundBy(asked: PromiseSettledResult<readonly string[]>): readonly string[] {
  return asked.status === 'fulfilled' ? asked.value : [];
}

class NameUnknown extends Error {
  readonly code = 'ERR_NAME_UNKNOWN';

  constructor() {
    super('ERR_NAME_UNKNOWN: no name server knows an address');
    this.name = 'NameUnknown';
  }
}
