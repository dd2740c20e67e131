/** Something that is left of an erased person, where it is, and until when. */
type Remains = { readonly what: string; readonly where: string; readonly until: string };

/** What one look found: `seen` for what is in order, `open` for what still answers, `unseen` for where nobody looked. */
export type Findings = {
  readonly seen: readonly string[];
  readonly remains: readonly Remains[];
  /** Values that can still be had at this node as if nothing had happened. */
  readonly open: readonly Remains[];
  readonly unseen: readonly string[];
};

/** Nothing found. */
export const nothing: Findings = { seen: [], remains: [], open: [], unseen: [] };

/** What several looks found together. */
export function together(findings: readonly Findings[]): Findings {
  return {
    seen: findings.flatMap(({ seen }) => seen),
    remains: findings.flatMap(({ remains }) => remains),
    open: findings.flatMap(({ open }) => open),
    unseen: findings.flatMap(({ unseen }) => unseen),
  };
}
