import * as z from 'zod';
import type { Place } from './deploy.ts';
import type { NetworkDescription } from './description.ts';
import { peerCommand } from './peerCommand.ts';

const Agreed = z.object({
  sequence: z.int(),
  /** Hash of the chaincode's sources. */
  version: z.string(),
  /** Agency → whether it has approved this very definition. */
  approvals: z.record(z.string(), z.boolean()),
});
/** What the agencies have agreed on about a chaincode. */
export type Agreed = z.infer<typeof Agreed>;

/** Asks an agency's peer for the definition in force. */
export async function agreedDefinition(
  { bin, directory }: Place,
  { channel, chaincode }: NetworkDescription,
  agency: string,
): Promise<Agreed> {
  const query = ['querycommitted', '--channelID', channel, '--name', chaincode, '--output', 'json'];
  const text = await peerCommand({ bin, directory, agency }, ['lifecycle', 'chaincode', ...query]);
  return Agreed.parse(JSON.parse(text));
}
