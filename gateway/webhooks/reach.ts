import { isIP, type LookupFunction } from 'node:net';
import { isLoopback, isPublicAddress } from './publicAddress.ts';
import { resolveName, type ResolveName } from './resolveName.ts';

/** Which addresses may be sent to at all; which names stand for which addresses is asked anew for every connection. */
export type Reach = {
  /** Throws an AddressRefused for what cannot be the address of a subscriber. */
  readonly check: (text: string) => URL;
  /** What a socket asks for its address; it connects to what this answers and to nothing else. */
  readonly lookup: (protocol: Protocol) => LookupFunction;
};

type Protocol = 'https:' | 'http:';

/** An address that nothing is sent to. */
export class AddressRefused extends Error {
  readonly code = 'ERR_ADDRESS_REFUSED';
  readonly reason: string;

  constructor(reason: string) {
    super(`ERR_ADDRESS_REFUSED: ${reason}`);
    this.name = 'AddressRefused';
    this.reason = reason;
  }
}

const longestUrl = 1000;

/** `loopback`: lets this machine's own addresses through, also without TLS; for demo countries. `resolve`: who knows names. */
export function createReach(loopback: boolean, resolve: ResolveName = resolveName): Reach {
  const isAllowed = (protocol: string, address: string) =>
    (loopback && isLoopback(address)) || (protocol === 'https:' && isPublicAddress(address));
  return {
    check: (text) => checkUrl(text, { loopback, isAllowed }),
    lookup: (protocol) => (hostname, options, done) => {
      const answer = async () => {
        const found = await resolve(hostname);
        const [first] = found;
        // One address that is refused condemns the name: whoever answers so is trying.
        if (first === undefined || !found.every(({ address }) => isAllowed(protocol, address))) throw nowhere();
        return { first, found };
      };
      answer().then(
        ({ first, found }) => (options.all === true ? done(null, [...found]) : done(null, first.address, first.family)),
        (error: unknown) => done(error as NodeJS.ErrnoException, '', 0), // what the resolver rejects with
      );
    },
  };
}

function nowhere(): AddressRefused {
  return new AddressRefused('the name stands for an address that nothing is sent to');
}

type Rules = { readonly loopback: boolean; readonly isAllowed: (protocol: string, address: string) => boolean };

function checkUrl(text: string, { loopback, isAllowed }: Rules): URL {
  const url = text.length <= longestUrl && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new AddressRefused(`no URL of at most ${longestUrl} characters`);
  const { protocol, username, password, hash } = url;
  if (protocol !== 'https:' && !(loopback && protocol === 'http:')) throw new AddressRefused('only https');
  if (`${username}${password}${hash}` !== '') throw new AddressRefused('no user, password or fragment in the URL');
  // A socket asks nobody about an address that is written as one; whatever its notation, URL has made it plain.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isAllowed(protocol, host))
    throw new AddressRefused('nothing is sent to addresses that are not public');
  return url;
}
