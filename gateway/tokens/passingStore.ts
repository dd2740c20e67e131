import type { Adapter, AdapterPayload } from 'oidc-provider';

const largest = 50_000;

/**
 * Where the OpenID provider keeps what passes: with client credentials and JWT access tokens only the ids of client
 * assertions, so that none is used twice. They live minutes (the provider sees to it), so memory is enough; a node that
 * restarts meanwhile would take such an assertion a second time, from the same party.
 */
export function createPassingStore(now: () => number = Date.now): Adapter {
  const kept = new Map<string, { readonly payload: AdapterPayload; readonly until: number }>();
  const find = (id: string) => {
    const entry = kept.get(id);
    return Promise.resolve(entry !== undefined && entry.until > now() ? entry.payload : undefined);
  };
  const forgetExpired = () => {
    for (const [id, { until }] of kept) if (until <= now()) kept.delete(id);
  };
  return {
    upsert: (id, payload, expiresIn = 600) => {
      if (kept.size >= largest) forgetExpired();
      if (kept.size >= largest) return Promise.reject(new Error('too many client assertions at once'));
      kept.set(id, { payload, until: now() + expiresIn * 1000 });
      return Promise.resolve();
    },
    find,
    findByUid: find,
    findByUserCode: find,
    consume: () => Promise.resolve(),
    destroy: (id) => {
      kept.delete(id);
      return Promise.resolve();
    },
    revokeByGrantId: () => Promise.resolve(),
  };
}
