import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';

const digestsOfOne = 5;

/** Events as they stand in the registry log: registrations, each with digests of its own. */
export function loggedEvents(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = (what: string) => sha256(`${what} ${index}`);
    const digests = Array.from({ length: digestsOfOne }, (_each, place) => digest(`digest ${place}`)).sort();
    const event = {
      type: 'IdentityRegistered',
      data: { schema: 1, class: 'identification' },
      stream: `identity-${digest('stream').slice(0, 22)}`,
      version: 1,
      at: '2026-03-01T12:00:00.000Z',
      by: { agency: 'civil-registry', officer: 'registrar' },
      command: digest('command').slice(0, 22),
      sealed: { class: 'identification', digests, key: digest('key') },
    };
    return Buffer.from(canonicalJson(event));
  });
}
