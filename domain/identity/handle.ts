/** The kind under which a handle's values are unique. */
export function handleKind(field: string): string {
  return `handle-${field}`;
}

/** The one form of a handle by which it is compared and found: `Ada@X.org ` and `ada@x.org` are the same. Undefined for what cannot be one. */
export function canonicalHandle(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const canonical = String(value).normalize('NFKC').trim().toLowerCase();
  return canonical === '' ? undefined : canonical;
}
