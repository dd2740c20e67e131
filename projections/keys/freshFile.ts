import { readFileSync, statSync } from 'node:fs';

/** The parsed content of a file as it is now: read anew when another process has replaced it. Throws what `parse` throws. */
export function freshFile<T>(file: string, parse: (content: unknown) => T): () => T {
  let known: { readonly mark: string; readonly content: T } | undefined;
  return () => {
    const { ino, mtimeMs, size } = statSync(file);
    const mark = `${ino} ${mtimeMs} ${size}`;
    if (known?.mark !== mark) known = { mark, content: parse(JSON.parse(readFileSync(file, 'utf8'))) };
    return known.content;
  };
}
