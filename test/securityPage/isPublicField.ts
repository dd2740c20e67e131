import type { PublicFields } from './publicFields.ts';

/** Whether the page names this field (`data.reason`, `sealed.digests[]`) for events of this type. */
export function isPublicField({ envelope, events }: PublicFields, type: string, path: string): boolean {
  const own = events.find(({ event }) => event === type)?.fields ?? [];
  return [...envelope, ...own.map((field) => `data.${field}`)].some((field) => fits(field, path));
}

// `x.*` stands for one name that the value brings along; what follows in brackets is prose about anything below.
function fits(field: string, path: string): boolean {
  const [pattern = '', prose] = field.split(' (');
  const source = pattern.replace(/[.[\]]/g, '\\$&').replace('*', '[^.]+');
  return new RegExp(`^${source}${prose === undefined ? '' : '.*'}$`).test(path);
}
