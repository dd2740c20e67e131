import { noticeUri } from '#domain/notice/vocabulary.ts';
import type { Delivery, Subscriber } from '#projections/webhooks/webhook.ts';
import type { NodeSigner } from '../nodeSigner.ts';

/** The kind of JWT that a Security Event Token is (RFC 8417 §2.3). */
const securityEventType = 'secevent+jwt';
/** What a subscriber is asked with whether it wants to be told; not of the vocabulary, for it is about nothing in the registry. */
const challengeUri = 'urn:plinth:webhook:challenge:1';

/** A notice as it leaves: what happened, to whom by the subscriber's own name, and when. `iat` is the time of this attempt. */
export function signNotice(
  signer: NodeSigner,
  { notice, type, subject, at, subscriber }: Delivery & { readonly subscriber: Subscriber },
): Promise<string> {
  return sign(signer, subscriber, {
    jti: notice,
    toe: Math.floor(Date.parse(at) / 1000),
    ...(subject !== null && { sub_id: { format: 'opaque', id: subject } }), // RFC 9493 §3.2.7
    events: { [noticeUri(type)]: {} },
  });
}

/** The question whether whoever reads at an address wants to be told; the token in it is the answer. */
export function signChallenge(
  signer: NodeSigner,
  subscriber: Subscriber,
  { webhook, token }: { readonly webhook: string; readonly token: string },
): Promise<string> {
  return sign(signer, subscriber, { jti: crypto.randomUUID(), events: { [challengeUri]: { webhook, token } } });
}

function sign(signer: NodeSigner, subscriber: Subscriber, claims: object): Promise<string> {
  return signer.sign(securityEventType, {
    aud: audienceOf(subscriber),
    iat: Math.floor(Date.now() / 1000),
    ...claims,
  });
}

/** A party goes by its client id, as in signed answers. No party's id holds a colon, so none passes for an agency. */
function audienceOf({ kind, id }: Subscriber): string {
  return kind === 'party' ? id : `urn:plinth:agency:${id}`;
}
