import { createHash, timingSafeEqual } from 'node:crypto';

/** One thing that a party says about a person. */
export type Demographic = { readonly attribute: string; readonly value: string; readonly language?: string };

/** Whether everything said is held, word for word. Nothing is skipped after a difference, so time does not tell which one it was. */
export function demographicsMatch(said: readonly Demographic[], held: ReadonlyMap<string, unknown>): boolean {
  const matches = said.map((each) =>
    textsOf(held.get(each.attribute), each.language).map((text) => equalTexts(text, each.value)),
  );
  return said.length > 0 && matches.every((texts) => texts.includes(true));
}

/** Unicode NFKC, case folded, white space squeezed: what two writings of one word have in common. */
export function foldText(text: string): string {
  // Down, up and down again is JavaScript's nearest to full case folding (ẞ, ß and SS meet); NFKC again, as it can be undone.
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
  return folded.trim().replaceAll(/\s+/gu, ' ');
}

function equalTexts(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(foldText(text)).digest();
  return timingSafeEqual(digest(a), digest(b));
}

// A multilingual value is a list of {language, value}; without a language any of them may match. Documents never match.
function textsOf(value: unknown, language: string | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown) => (inLanguage(each, language) ? [each.value] : []));
}

function inLanguage(entry: unknown, language: string | undefined): entry is { readonly value: string } {
  if (typeof entry !== 'object' || entry === null) return false;
  if (!('value' in entry) || typeof entry.value !== 'string' || !('language' in entry)) return false;
  return language === undefined || entry.language === language;
}
