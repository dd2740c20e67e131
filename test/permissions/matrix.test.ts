import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Role } from '#domain/agency/roles.ts';
import { boundToAgency, permissions, type Permission } from '#domain/permissions.ts';
import { signAuthority } from '#domain/seal/authority.ts';
import { channel, newId, order, type Signer, type Submission } from '#test/registry.ts';
import { findSample, type Sample } from './orders.ts';
import { openRegistryToAsk, type NodeName, type RegistryToAsk } from './registryToAsk.ts';

const types = Object.keys(permissions) as (keyof typeof permissions)[]; // the table's own keys
const accepted = '';

let registry: RegistryToAsk;
beforeAll(async () => {
  registry = await openRegistryToAsk();
}, 120_000);
afterAll(async () => registry.close());

/** The role that the order takes; the proposals of the samples are about a death. */
const roleFor = (permission: Permission): Role | undefined => {
  if (permission.by === 'node') return undefined;
  return permission.by === 'officer' ? permission.role : 'registrar';
};

async function sampleOf(type: string): Promise<Sample> {
  const make = findSample(type);
  if (make === undefined) throw new Error(`test/permissions/orders.ts does not say how a ${type} is made`);
  return make(registry);
}

/** The order as it is given: with what a second agency has agreed to, where the table asks for that. */
async function readyOf(sample: Sample, { agreement }: { readonly agreement?: unknown }): Promise<Submission> {
  const { what, values, ready } = sample;
  if (agreement !== undefined) return registry.agreed(what, values);
  return ready ?? order(what, values && { values });
}

/** What the contract says to the order when this officer signs it, or nobody. */
async function answerTo({ command, disclosures }: Submission, signer: Signer | undefined, node: NodeName) {
  const bare = { ...command, id: newId(), authority: undefined };
  const signed = signer === undefined ? bare : signAuthority(channel, bare, signer);
  const outcome = await registry.ask({ command: signed, ...(disclosures && { disclosures }) }, node);
  return 'refused' in outcome ? outcome.refused : accepted;
}

describe.each(types)('%s', (type) => {
  const permission: Permission & { readonly agreement?: unknown } = permissions[type];
  const role = roleFor(permission);
  let sample: Sample;
  let ready: Submission;
  const said = (signer: Signer | undefined, node = sample.node ?? 'civil-registry') => answerTo(ready, signer, node);

  beforeAll(async () => {
    sample = await sampleOf(type);
    ready = await readyOf(sample, permission);
  });

  // A node that was never admitted has no officers: what it says of itself, it says alone.
  const officerless = type === 'AdmitAgency' ? 'ERR_AGENCY_UNKNOWN' : undefined;

  it.each(Role.options)('by an officer who is %s and nothing else', async (held) => {
    const may = role === undefined || role === held;
    expect(await said(registry.withRole[held])).toBe(officerless ?? (may ? accepted : 'ERR_ROLE_MISSING'));
  });

  it('by the node without an officer', async () => {
    expect(await said(undefined)).toBe(role === undefined ? accepted : 'ERR_AUTHORITY_MISSING');
  });

  it.each(['removed', 'expired', 'not yet in office'] as const)('by an officer who is %s', async (state) => {
    expect(await said(registry.idle[state])).toBe(officerless ?? 'ERR_AUTHORITY_INVALID');
  });

  it("by another agency's officer with every role, through this node", async () => {
    expect(await said(registry.people['election-office'].signer)).toBe(officerless ?? 'ERR_AUTHORITY_INVALID');
  });

  it("by this agency's officer with every role, through another agency's node", async () => {
    expect(await said(registry.people['civil-registry'].signer, 'election-office')).toBe('ERR_AUTHORITY_INVALID');
  });

  it('by an officer with every role of another agency, through its own node', async () => {
    const elsewhere = { 'its own': 'ERR_AUTHORITY_INVALID', "another's": codeOfOther[type] ?? accepted };
    const bound = boundToAgency[type];
    const expected = bound === undefined ? accepted : elsewhere[bound];
    expect(await said(registry.people['election-office'].signer, 'election-office')).toBe(expected);
  });

  if (permission.agreement !== undefined)
    it('without the agreement of a second agency', async () => {
      const { signer } = registry.people['civil-registry'];
      const alone = { ...ready, command: { ...ready.command, proposal: undefined } };
      const answer = await answerTo(
        alone,
        officerless === undefined ? signer : undefined,
        sample.node ?? 'civil-registry',
      );
      expect(answer).toBe('ERR_APPROVAL_MISSING');
    });
});

// Who made a proposal is not who may answer it.
const codeOfOther: Readonly<Record<string, string>> = {
  ApproveProposal: 'ERR_SAME_AGENCY',
  RejectProposal: 'ERR_SAME_AGENCY',
};

describe('CorrectAttributes of a class that identifies nobody', () => {
  it('takes a registrar alone', async () => {
    const { what } = await sampleOf('RecordAttributes');
    const { signer } = registry.people['civil-registry'];
    const contact = (type: string, data: Record<string, unknown>, suburb: string) =>
      order({ stream: what.stream, type, data }, { signer, values: { class: 'contact', of: { suburb } } });
    await registry.done(contact('RecordAttributes', { schema: 1 }, 'Chelsea'));
    const correction = contact('CorrectAttributes', { schema: 1, reason: 'clerical-error' }, 'Camden');
    expect(await answerTo(correction, registry.withRole.registrar, 'civil-registry')).toBe(accepted);
  });
});
