import * as z from 'zod';
import { noticeUri, partyDetailOf, vocabulary, type NoticeType } from './vocabulary.ts';

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of what agencies and auditors read of a notice. */
export function detailSchema(type: NoticeType): JsonSchema {
  return named(`${noticeUri(type)}:detail`, vocabulary[type].detail);
}

/** The JSON Schema of what a relying party reads of a notice; undefined when no party is told of it. */
export function partyDetailSchema(type: NoticeType): JsonSchema | undefined {
  const detail = partyDetailOf(type);
  return detail && named(`${noticeUri(type)}:party`, detail);
}

function named($id: string, detail: z.ZodType): JsonSchema {
  return { $id, ...z.toJSONSchema(detail, { target: 'draft-2020-12', io: 'input' }) };
}
