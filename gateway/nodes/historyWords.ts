import * as z from 'zod';

/** The kinds of JWT that nodes exchange about the history of the ledger. */
export const questionType = 'history-question+jwt';
export const answerType = 'history+jwt';

const leaf = z
  .int()
  .min(0)
  .max(2 ** 48);

/** What one node asks: a page, its digest, or a proof of the tree. */
export const HistoryQuestion = z.discriminatedUnion('want', [
  z.object({ want: z.enum(['page', 'digest']), first: leaf, before: leaf }),
  z.object({ want: z.literal('proof'), size: leaf }),
]);
export type HistoryQuestion = z.infer<typeof HistoryQuestion>;

/** What a question is about: the answer says it again, so that no answer passes as one to another question. */
export function subjectOf(question: HistoryQuestion): string {
  return question.want === 'proof' ? `tree ${question.size}` : `facts ${question.first} ${question.before}`;
}

/** What is signed of a page: its SHA-256, base64url. The page itself follows on the lines below, where it was asked for. */
export const SignedPage = z.object({ digest: z.string() });

/** What is signed of a proof; hashes in base64url. */
export const SignedProof = z.object({ checkpoint: z.string(), consistency: z.array(z.string()) });
