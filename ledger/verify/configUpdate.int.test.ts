import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { common, msp } from '@hyperledger/fabric-protos';
import { administratorOf, configurationOf, nextBlock, reconfiguration, revocationOf } from '#test/configuration.ts';
import { admission, agencies, channel, newAgencies, schema } from '#test/registry.ts';
import type { Signer } from '../embedded/identities.ts';
import { getMspKeys, openMspKeys, type MspKeys } from '../embedded/mspKeys.ts';
import { openEmbeddedLedger } from '../embedded/openEmbeddedLedger.ts';
import type { Report } from './report.ts';
import { verifyBlocks } from './verifyBlocks.ts';

const members = [...agencies, 'audit-office'];
const configured = 3; // the block that changes the configuration; the one behind it holds an admission

let directory: string;
let mspKeys: MspKeys;
let blocks: readonly Uint8Array[];
let admins: Readonly<Record<string, Signer>>;

type Alteration = (config: common.ConfigGroup) => void;
type Case = {
  readonly administrators: readonly string[];
  /** What differs from what administrators signed. */
  readonly beside?: Alteration;
};

/** The chain with a change of configuration before its last transaction. */
async function verifyWith(alteration: Alteration, { administrators, beside }: Case): Promise<Report> {
  const before = configurationOf(blocks[0] ?? new Uint8Array());
  const altered = (more?: Alteration): common.ConfigGroup => {
    const config = common.ConfigGroup.deserializeBinary(before.serializeBinary());
    alteration(config);
    more?.(config);
    return config;
  };
  const signers = administrators.flatMap((name) => admins[name] ?? []);
  const envelope = reconfiguration(
    { before, after: altered(beside), signed: altered(), administrators: signers },
    mspKeys,
  );
  const kept = blocks.slice(0, configured);
  const changed = nextBlock(
    { before: kept.at(-1) ?? new Uint8Array(), envelopes: [envelope], lastConfig: configured },
    mspKeys,
  );
  const moved = common.Block.deserializeBinary(blocks[configured] ?? new Uint8Array()).getData();
  const last = nextBlock(
    { before: changed, envelopes: moved?.getDataList_asU8() ?? [], lastConfig: configured },
    mspKeys,
  );
  async function* each(): AsyncGenerator<Uint8Array> {
    for (const block of [...kept, changed, last]) yield await Promise.resolve(block);
  }
  return verifyBlocks(each());
}

const application = (config: common.ConfigGroup): common.ConfigGroup =>
  config.getGroupsMap().get('Application') ?? new common.ConfigGroup();
const raise = (item: common.ConfigGroup | common.ConfigValue): void => item.setVersion(item.getVersion() + 1);

/** A fifth agency, with the MSP of the audit office under another name. */
const admit: Alteration = (config) => {
  const group = application(config);
  const office = group.getGroupsMap().get('audit-office') ?? new common.ConfigGroup();
  group.getGroupsMap().set('land-registry', common.ConfigGroup.deserializeBinary(office.serializeBinary()));
  changeMsp(group, 'land-registry', (fabric) => fabric.setName('land-registry'));
  raise(group);
};

function changeMsp(
  group: common.ConfigGroup,
  agency: string,
  change: (fabric: msp.FabricMSPConfig) => void,
): common.ConfigValue {
  const value = group.getGroupsMap().get(agency)?.getValuesMap().get('MSP') ?? new common.ConfigValue();
  const config = msp.MSPConfig.deserializeBinary(value.getValue_asU8());
  const fabric = msp.FabricMSPConfig.deserializeBinary(config.getConfig_asU8());
  change(fabric);
  config.setConfig(fabric.serializeBinary());
  value.setValue(config.serializeBinary());
  return value;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plinth-config-'));
  const ledger = await openEmbeddedLedger({
    ...{ directory, channel, agency: 'civil-registry', agencies: members, classes: schema.classes },
    ...{ endorsement: { agencies, required: 2 }, registryKeyOf: () => new Uint8Array(32).fill(3) },
  });
  for (const agency of Object.values(newAgencies())) await ledger.as(agency.name).submit(admission(agency));
  const read: Uint8Array[] = [];
  for await (const { bytes } of ledger.blocks(0, new AbortController().signal)) if (read.push(bytes) === 4) break;
  blocks = read;
  await ledger.close();
  mspKeys = await openMspKeys(directory, members);
  const made = members.map(async (agency) => [agency, await administratorOf(agency, mspKeys)] as const);
  admins = Object.fromEntries(await Promise.all(made));
}, 60_000);

afterAll(() => rm(directory, { recursive: true }));

describe('a change of configuration', () => {
  it('that most administrators signed is followed', async () => {
    const report = await verifyWith(admit, { administrators: agencies });
    expect(report).not.toHaveProperty('fault');
    expect(report).toMatchObject({ blocks: 5, configurations: 2, signatures: { administrators: 3 } });
  });

  it('that too few administrators signed is refused', async () => {
    const { fault } = await verifyWith(admit, { administrators: agencies.slice(0, 2) });
    const what =
      'group /Channel/Application was changed without the signatures that /Channel/Application/Admins demands';
    expect(fault).toMatchObject({ block: configured, transaction: 0, what });
  });

  it('that one administrator signed twice is refused', async () => {
    const { fault } = await verifyWith(admit, { administrators: [agencies[0], agencies[0], agencies[0]] });
    expect(fault?.what).toContain('without the signatures');
  });

  it('that says more than administrators signed is refused', async () => {
    const { fault } = await verifyWith(admit, {
      administrators: agencies,
      beside: (config) => changeMsp(application(config), 'audit-office', (fabric) => fabric.setName('somebody')),
    });
    const what =
      'the configuration is not the one before it with its changes: value /Channel/Application/audit-office/MSP';
    expect(fault).toMatchObject({ block: configured, what });
  });

  it('that changes a value and leaves its version is refused', async () => {
    const quietly: Alteration = (config) => {
      admit(config);
      changeMsp(application(config), 'audit-office', (fabric) => fabric.setName('somebody'));
    };
    const { fault } = await verifyWith(quietly, { administrators: agencies });
    expect(fault?.what).toContain('is not the one before it with its changes');
  });
});

describe('an agency that revokes a certificate', () => {
  it('by its own administrator is not followed by what the certificate signs', async () => {
    const holder = agencies[2]; // whose admission stands behind the change
    const { certificate } = getMspKeys(mspKeys, holder).node;
    const list = await revocationOf(holder, certificate, mspKeys);
    const revoke: Alteration = (config) =>
      raise(changeMsp(application(config), holder, (fabric) => fabric.setRevocationListList([list])));
    const { fault, blocks: good } = await verifyWith(revoke, { administrators: [holder] });
    expect(good).toBe(configured + 1);
    const what = `it is marked valid, but its creator: a certificate that ${holder} has revoked`;
    expect(fault).toMatchObject({ block: configured + 1, transaction: 0, what });
  });

  it('by a list that somebody else signed has revoked nothing', async () => {
    const holder = agencies[2];
    const list = await revocationOf('election-office', getMspKeys(mspKeys, holder).node.certificate, mspKeys);
    const revoke: Alteration = (config) =>
      raise(changeMsp(application(config), holder, (fabric) => fabric.setRevocationListList([list])));
    expect(await verifyWith(revoke, { administrators: [holder] })).not.toHaveProperty('fault');
  });

  it('by another agency is refused', async () => {
    const list = await revocationOf(agencies[2], getMspKeys(mspKeys, agencies[2]).node.certificate, mspKeys);
    const revoke: Alteration = (config) =>
      raise(changeMsp(application(config), agencies[2], (fabric) => fabric.setRevocationListList([list])));
    const { fault } = await verifyWith(revoke, { administrators: ['election-office'] });
    expect(fault?.what).toContain('without the signatures that /Channel/Application/social-protection/Admins demands');
  });
});
