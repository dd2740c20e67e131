import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { contentOf } from './levelDb.ts';
import type { FilePattern } from './rowPatterns.ts';

/** A pattern that lies in a file. */
export type FileHit = { readonly pattern: FilePattern; readonly file: string };

/** What a search of files came to. */
export type Searched = { readonly files: number; readonly hits: readonly FileHit[] };

/** Searches every file below these paths; LevelDB's as they were before compression. */
export async function searchFiles(paths: readonly string[], patterns: readonly FilePattern[]): Promise<Searched> {
  const files = (await Promise.all(paths.map(filesBelow))).flat();
  const hits: FileHit[] = [];
  for (const file of files) hits.push(...(await hitsIn(file, patterns)));
  return { files: files.length, hits };
}

async function filesBelow(path: string): Promise<readonly string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function hitsIn(file: string, patterns: readonly FilePattern[]): Promise<readonly FileHit[]> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0)); // a running server removes files
  const pieces = piecesOf(file, bytes);
  return patterns
    .filter((pattern) => pieces.some((piece) => piece.includes(pattern.bytes)))
    .map((pattern) => ({ pattern, file }));
}

/** What cannot be read as LevelDB is searched as it is: a file that is just being written, or one that only looks like it. */
function piecesOf(file: string, bytes: Buffer): readonly Buffer[] {
  try {
    return [bytes, ...contentOf(file, bytes)];
  } catch {
    return [bytes];
  }
}
