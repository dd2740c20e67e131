import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Role } from '#domain/agency/roles.ts';
import type { Outcome } from '#domain/envelope.ts';
import { openEmbeddedLedger, type EmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import { agreement, found } from '#test/agreement.ts';
import {
  agencies,
  channel,
  newAgencies,
  newSigner,
  officerOf,
  order,
  schema,
  type AgencyName,
  type Signer,
  type Submission,
} from '#test/registry.ts';

/** The node through which an order comes. `audit-office` was never admitted. */
export type NodeName = AgencyName | 'audit-office';

/** A founded registry with officers of every kind at one agency. */
export type RegistryToAsk = {
  readonly people: ReturnType<typeof newAgencies>;
  /** Officers of the civil registry with one role each. */
  readonly withRole: Readonly<Record<Role, Signer>>;
  /** Officers of the civil registry with every role, none of whom may act now. */
  readonly idle: Readonly<Record<'removed' | 'expired' | 'not yet in office', Signer>>;
  /** Submits as somebody who may; throws when it is refused. */
  readonly done: (submission: Submission, agency?: AgencyName) => Promise<Submission>;
  /** Has civil registry and election office agree on an order; answers it as it is carried out. */
  readonly agreed: (what: What, values?: Values) => Promise<Submission>;
  /** What the agencies would decide now; nothing is ordered. */
  readonly ask: (submission: Submission, node?: NodeName) => Promise<Outcome>;
  readonly close: () => Promise<void>;
};
/** An order without an author. */
export type What = Parameters<typeof agreement>[0];
export type Values = NonNullable<Parameters<typeof agreement>[2]>;

/** Opens the real contract on an embedded ledger. */
export async function openRegistryToAsk(): Promise<RegistryToAsk> {
  const directory = await mkdtemp(join(tmpdir(), 'plinth-permissions-'));
  const ledger = await openEmbeddedLedger({
    ...{ directory, channel, agency: 'civil-registry', agencies: [...agencies, 'audit-office'] },
    ...{ endorsement: { agencies, required: 2 }, classes: schema.classes },
    registryKeyOf: () => new Uint8Array(32).fill(3),
  });
  const asked = registryOn(ledger, newAgencies());
  await found(asked.people, (submission, agency) => ledger.as(agency).submit(submission));
  await hire(asked);
  return { ...asked, close: () => ledger.close().then(() => rm(directory, { recursive: true })) };
}

function registryOn(ledger: EmbeddedLedger, people: RegistryToAsk['people']): Omit<RegistryToAsk, 'close'> {
  const parties = { proposer: people['civil-registry'], approver: people['election-office'] };
  const done: RegistryToAsk['done'] = async (submission, agency = 'civil-registry') => {
    const answer = await ledger.as(agency).submit(submission);
    if ('refused' in answer) throw new Error(`refused: ${answer.refused}, ${answer.reason}`);
    return submission;
  };
  return {
    ...{ people, done },
    withRole: Object.fromEntries(Role.options.map((role) => [role, newSigner(role)])) as Record<Role, Signer>, // one for every role, made here
    idle: { removed: newSigner('removed'), expired: newSigner('expired'), 'not yet in office': newSigner('not-yet') },
    agreed: async (what, values) => {
      const { proposal, approval, carriedOut } = agreement(what, parties, values);
      await done(proposal);
      await done(approval, 'election-office');
      return carriedOut;
    },
    ask: async (submission, node = 'civil-registry') => {
      const { outcomes } = await ledger.as(node).node.endorse([submission]);
      const [outcome] = outcomes;
      if (outcome === undefined) throw new Error('no outcome');
      return outcome;
    },
  };
}

async function hire({ people, done, withRole, idle }: Omit<RegistryToAsk, 'close'>): Promise<void> {
  const stream = 'agency-civil-registry';
  const by = { signer: people['civil-registry'].signer };
  const add = (data: object) => done(order({ stream, type: 'AddOfficer', data: { ...data } }, by));
  for (const [role, signer] of Object.entries(withRole)) await add(officerOf(signer, [Role.parse(role)]));
  await add(officerOf(idle.removed));
  await add({ ...officerOf(idle.expired), validUntil: '2021-01-01T00:00:00.000Z' });
  await add({ ...officerOf(idle['not yet in office']), validFrom: '2120-01-01T00:00:00.000Z' });
  const data = { officer: idle.removed.officer, reason: 'end-of-service' };
  await done(order({ stream, type: 'RemoveOfficer', data }, by));
}
