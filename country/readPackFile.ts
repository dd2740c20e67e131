import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { errorCode } from '#domain/errorCode.ts';
import { PackFault } from './packFault.ts';

/** Reads one JSON file of a country pack; undefined where the pack has no such file. */
export async function findPackFile<S extends z.ZodType>(folder: string, file: string, schema: S) {
  const text = await findText(join(folder, file));
  return text === undefined ? undefined : parsed(file, text, schema);
}

/** Reads one JSON file that every country pack has. */
export async function getPackFile<S extends z.ZodType>(folder: string, file: string, schema: S): Promise<z.infer<S>> {
  const text = await findText(join(folder, file));
  if (text === undefined) throw new PackFault(file, 'is missing');
  return parsed(file, text, schema);
}

function parsed<S extends z.ZodType>(file: string, text: string, schema: S): z.infer<S> {
  const result = schema.safeParse(jsonOf(file, text));
  if (result.success) return result.data;
  throw new PackFault(file, z.prettifyError(result.error).replaceAll(/\s*\n\s*/g, ' '));
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PackFault(file, `is not JSON (${cause instanceof Error ? cause.message : 'unreadable'})`);
  }
}

async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
