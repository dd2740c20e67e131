import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnchoredLedger } from '#test/anchoredLedger.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { Audit } from './audit.ts';
import { checkEvidence, type Shown } from './checkEvidence.ts';
import { parseEvidence, type Evidence } from './evidence.ts';
import { EvidenceCollector } from './evidenceCollector.ts';

let anchored: AnchoredLedger;
let stream: string;
let pinnedConfig: string;
let evidence: string;

/** Audits the ledger as it is and gathers evidence of a stream. */
async function gather(of: string, agencies = 2): Promise<string> {
  const audit = new Audit();
  const collector = new EvidenceCollector(of);
  for (const block of await anchored.blocks()) collector.take(block, audit.take(block));
  pinnedConfig = audit.report().first;
  return collector.write(audit.log, agencies);
}

const check = (text: string): Shown => checkEvidence(text, { pinnedConfig, agencies: 2 });
const changed = (change: (of: Evidence) => object): string =>
  `${canonicalJson({ ...parseEvidence(evidence), ...change(parseEvidence(evidence)) })}\n`;

beforeAll(async () => {
  anchored = await AnchoredLedger.open();
  stream = await anchored.register();
  await anchored.suspend(stream);
  await anchored.register();
  await anchored.anchor(['civil-registry', 'election-office']);
  evidence = await gather(stream);
}, 120_000);

afterAll(() => anchored.close());

describe('evidence of a stream', () => {
  it('shows its events to whoever trusts the hash of block 0 alone', () => {
    const { events, checkpoint, signatures } = check(evidence);
    expect(events.map(({ version, type, agency }) => [version, type, agency])).toEqual([
      [1, 'IdentityRegistered', 'civil-registry'],
      [2, 'IdentitySuspended', 'civil-registry'],
    ]);
    expect(checkpoint.agencies).toEqual(['civil-registry', 'election-office']);
    expect(signatures.creatorsAndEndorsers).toBeGreaterThan(0);
  });

  it('holds no block that it does not need', () => {
    const { blocks, transactions } = parseEvidence(evidence);
    expect(blocks).toHaveLength(transactions.length + 1);
  });

  it('of an agency that cosigned holds the key as well', async () => {
    const text = await gather('agency-civil-registry');
    expect(check(text).events.map(({ type }) => type)).toEqual(['AgencyAdmitted', 'LogKeyRotated']);
  });

  it('is refused under another pinned configuration', () => {
    expect(() => checkEvidence(evidence, { pinnedConfig: 'ab'.repeat(32), agencies: 2 })).toThrow(/is pinned$/);
  });

  it('is refused where more agencies must have cosigned', () => {
    expect(() => checkEvidence(evidence, { pinnedConfig, agencies: 3 })).toThrow('ERR_TOO_FEW_SIGNERS');
  });

  it('is refused with any byte of it changed', () => {
    const bytes = Buffer.from(evidence);
    expect(() => check(bytes.toString())).not.toThrow();
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const other = Buffer.from(bytes);
        other.writeUInt8(other.readUInt8(at) ^ bits, at);
        expect(() => check(other.toString())).toThrow(/./);
      }),
      { numRuns: 400 },
    );
  }, 120_000);

  it.each<[string, (of: Evidence) => object, string]>([
    ['without its last event', ({ transactions }) => ({ transactions: transactions.slice(0, -1) }), 'shows nothing'],
    ['without a place in the log', ({ leaves }) => ({ leaves: leaves.slice(1) }), ''],
    ['of another stream', () => ({ stream: 'identity-other' }), ''],
    ['without the first configuration', ({ blocks }) => ({ blocks: blocks.slice(1) }), 'is pinned'],
    ['with a block twice', ({ blocks }) => ({ blocks: [...blocks, blocks.at(-1)] }), 'stands behind'],
    [
      'with its blocks in another order',
      ({ blocks: [first, one, two, ...rest] }) => ({ blocks: [first, two, one, ...rest] }),
      '',
    ],
    [
      'with a path of another leaf',
      ({ leaves }) => ({ leaves: leaves.map((each) => ({ ...each, path: leaves[0]?.path })) }),
      'does not stand',
    ],
    [
      'with one cosignature only',
      ({ checkpoint }) => ({ checkpoint: `${checkpoint.split('\n').slice(0, 5).join('\n')}\n` }),
      'ERR_TOO_FEW_SIGNERS',
    ],
  ])('is refused %s', (_what, change, why) => {
    expect(() => check(changed(change))).toThrow(why);
  });
});

describe('a stream', () => {
  it('that the ledger does not know has no evidence', async () => {
    await expect(gather('identity-nobody')).rejects.toThrow('ERR_NO_SUCH_EVENT');
  });

  it('whose newest event no two agencies have cosigned has none yet', async () => {
    const newer = await anchored.register();
    await expect(gather(newer)).rejects.toThrow('ERR_NOT_ANCHORED');
    await anchored.anchor(['civil-registry']);
    await expect(gather(newer)).rejects.toThrow('ERR_NOT_ANCHORED');
  });
});
