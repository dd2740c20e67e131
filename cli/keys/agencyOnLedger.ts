import * as z from 'zod';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { PublicKey } from '#domain/publicKey.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { KeyFault } from '#projections/keys/keyFault.ts';

type Reading = Pick<Ledger, 'head' | 'history'>;

const Admitted = z.object({ transportKey: z.object({ epoch: z.int(), key: z.string() }) });
const Classes = z.record(z.string(), z.object({ members: z.array(z.string()) }));
const Schemas = z.object({ versions: z.array(z.object({ classes: Classes })) });

/** The version of an agency's stream, and the transport key that values are sealed for now. */
export async function transportKeyOf(ledger: Reading, agency: string) {
  const head = await ledger.head(`agency-${agency}`);
  const { data } = Admitted.safeParse(head?.state);
  if (head === undefined || data === undefined)
    throw new KeyFault('ERR_HAND_OVER_NOT_AGREED', `${agency} is no admitted agency`);
  return { version: head.version, ...data.transportKey };
}

/** The key that an agency's node signs with now, as the agency said when it entered or has said since. */
export async function findNodeKey(ledger: Reading, agency: string): Promise<PublicKey | undefined> {
  const facts = await ledger.history(`agency-${agency}`);
  const named = facts.flatMap(({ type, data }): readonly unknown[] => {
    if (type === 'NodeKeyRotated' && 'key' in data) return [data.key];
    return type === 'AgencyAdmitted' && 'nodeKey' in data ? [data.nodeKey] : [];
  });
  return PublicKey.optional().parse(named.at(-1));
}

/** The key that an agency signs checkpoints with now; undefined where it has named none. */
export async function findLogKey(ledger: Reading, agency: string): Promise<string | undefined> {
  const facts = await ledger.history(`agency-${agency}`);
  const named = facts.flatMap(({ type, data }): readonly unknown[] => {
    if (type === 'LogKeyRotated' && 'key' in data) return [data.key];
    return type === 'AgencyAdmitted' && 'logKey' in data ? [data.logKey] : [];
  });
  return z.string().optional().parse(named.at(-1));
}

/** The key to check a node's signature with. Throws a KeyFault when the ledger knows none. */
export async function nodeKeyOnLedger(ledger: Reading, agency: string): Promise<PublicKey> {
  const nodeKey = await findNodeKey(ledger, agency);
  if (nodeKey !== undefined) return nodeKey;
  throw new KeyFault(
    'ERR_HAND_OVER_DAMAGED',
    `the ledger knows no key of ${agency}'s node to check the signature with`,
  );
}

type Agreed = { readonly from: string; readonly to: string; readonly class: string; readonly proposal: string };

/** Throws a KeyFault unless two agencies agreed on the ledger that members hand over the keys of this class, and both hold it. */
export async function checkAgreed(ledger: Reading, { from, to, class: className, proposal }: Agreed): Promise<void> {
  const facts = await ledger.history(`agency-${to}`);
  const agreed = facts.some(
    (fact) =>
      fact.type === 'KeyHandOverAgreed' &&
      fact.proposal === proposal &&
      'class' in fact.data &&
      fact.data.class === className,
  );
  if (!agreed)
    throw new KeyFault(
      'ERR_HAND_OVER_NOT_AGREED',
      `proposal ${proposal} is no agreement to hand keys of ${className} to ${to}`,
    );
  const schemas = Schemas.safeParse((await ledger.head(schemaStream))?.state).data?.versions ?? [];
  const members = schemas.at(-1)?.classes[className]?.members ?? [];
  const stranger = [from, to].find((agency) => !members.includes(agency));
  if (stranger !== undefined) throw new KeyFault('ERR_HAND_OVER_NOT_AGREED', `${stranger} does not hold ${className}`);
}
