import type { JWTPayload } from 'jose';
import { sha256 } from '#domain/seal/digest.ts';

/** Checks a token and gives its claims; throws for one that does not hold. */
export type CheckToken = (token: string) => Promise<JWTPayload>;

const capacity = 10_000; // tokens; some megabytes

/**
 * The same check, made once for each token while it lives: its signature cannot change, only its time can run out. A token
 * that did not hold is not remembered, nor is any token itself, only its hash. What a token's owner may do now is not asked here.
 */
export function rememberChecked(check: CheckToken, now: () => number = Date.now): CheckToken {
  const checked = new Map<string, JWTPayload & { readonly exp: number }>();
  return async (token) => {
    const hash = sha256(token);
    const known = checked.get(hash);
    if (known !== undefined && now() < known.exp * 1000) return known;
    checked.delete(hash);
    const claims = await check(token); // the check itself says that a token has expired
    const { exp } = claims;
    if (exp === undefined) return claims;
    const [oldest] = checked.keys();
    if (checked.size >= capacity && oldest !== undefined) checked.delete(oldest);
    checked.set(hash, { ...claims, exp });
    return claims;
  };
}
