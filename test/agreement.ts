import { orderDigest } from '#domain/approval.ts';
import { schemaStream, type IdentitySchema } from '#domain/identitySchema/events.ts';
import { admission, newId, order, schema, type AgencyName, type Signer, type Submission } from './registry.ts';

/** Where a test submits as an agency's node; resolves with the outcome. */
export type SubmitAs = (submission: Submission, agency: AgencyName) => Promise<object>;

/** Two officers, each with the node through which they speak. */
export type Parties = {
  readonly proposer: Party;
  readonly approver: Party;
  /** What the ledger's clock says, where it is not the one on the wall: milliseconds since 1970. */
  readonly now?: number;
};
type Party = { readonly name: AgencyName; readonly signer: Signer };
type People = Readonly<Record<AgencyName, Party & Parameters<typeof admission>[0]>>;

type Agreed = { readonly proposal: Submission; readonly approval: Submission; readonly carriedOut: Submission };

/** What two agencies submit, one after the other, to have an order agreed on and carried out. */
export function agreement(
  what: Pick<Submission['command'], 'stream' | 'type' | 'data'>,
  { proposer, approver, now = Date.now() }: Parties,
  values?: { readonly class: string; readonly of: Readonly<Record<string, unknown>> },
): Agreed {
  const id = newId();
  const stream = `proposal-${id}`;
  const { command, disclosures } = order(what, values && { values });
  const { sealed } = command;
  const disclosed = sealed && disclosures && { disclosed: { sealed, disclosures } };
  const validUntil = new Date(now + 30 * 86_400_000).toISOString();
  const agreed = { ...what, ...(sealed && { sealed }) };
  const approved = { order: orderDigest(agreed) };
  const data = { order: agreed, validUntil };
  return {
    proposal: order({ stream, type: 'Propose', data }, { signer: proposer.signer, ...disclosed }),
    approval: order({ stream, type: 'ApproveProposal', data: approved }, { signer: approver.signer }),
    carriedOut: order({ ...what, proposal: id }, { signer: proposer.signer, ...disclosed }),
  };
}

/** Has an order agreed on and carried out; answers the outcome of the order. Throws when one of the three is refused. */
export async function carryOut(submit: SubmitAs, agreed: Agreed, { proposer, approver }: Parties): Promise<object> {
  await stands(submit(agreed.proposal, proposer.name));
  await stands(submit(agreed.approval, approver.name));
  return stands(submit(agreed.carriedOut, proposer.name));
}

/** Founds the test registry: every agency enters by itself, then two of them agree on the identity schema. */
export async function found(
  people: People,
  submit: SubmitAs,
  { published = schema, now = Date.now() }: { readonly published?: IdentitySchema; readonly now?: number } = {},
): Promise<void> {
  for (const agency of Object.values(people)) await stands(submit(admission(agency), agency.name));
  const parties = { proposer: people['civil-registry'], approver: people['election-office'], now };
  const publication = { stream: schemaStream, type: 'PublishIdentitySchema', data: { ...published } };
  await carryOut(submit, agreement(publication, parties), parties);
}

async function stands(answer: Promise<object>): Promise<object> {
  const outcome = await answer;
  if ('refused' in outcome) throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome;
}
