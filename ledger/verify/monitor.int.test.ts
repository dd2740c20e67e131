import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import fc from 'fast-check';
import { AnchoredLedger } from '#test/anchoredLedger.ts';
import { forge } from '#test/forgery.ts';
import { agencies } from '#test/registry.ts';
import { openMspKeys } from '../embedded/mspKeys.ts';
import type { Alarm } from './alarm.ts';
import { readMemory, writeMemory, type Memory } from './memory.ts';
import { Monitor } from './monitor.ts';

const { TRANSACTIONS_FILTER } = common.BlockMetadataIndex;
const patience = { blocks: 1000, milliseconds: 3_600_000 };
const hour = 3_600_000;

let anchored: AnchoredLedger;
let blocks: readonly Uint8Array[];
/** The same chain with another last block, which orderer and agencies signed. */
let forked: readonly Uint8Array[];

const newMonitor = (memory?: Memory, trust = {}): Monitor => new Monitor({ trust, patience, memory });
const feed = (monitor: Monitor, source: string, given: readonly Uint8Array[]): readonly Alarm[] =>
  given.flatMap((block) => monitor.take(source, block));
const codesOf = (alarms: readonly Alarm[]) => alarms.map(({ code }) => code);

function remembered(): Memory {
  const monitor = newMonitor();
  feed(monitor, 'one', blocks);
  const memory = monitor.memory();
  if (memory === undefined) throw new Error('nothing to remember');
  return memory;
}

/** One block with another validity flag. */
const withFlag = (bytes: Uint8Array): Uint8Array => {
  const block = common.Block.deserializeBinary(bytes);
  const metadata = block.getMetadata();
  metadata?.setMetadataList(metadata.getMetadataList_asU8().with(TRANSACTIONS_FILTER, Buffer.of(10)));
  return block.serializeBinary();
};

beforeAll(async () => {
  anchored = await AnchoredLedger.open();
  await anchored.anchor(agencies);
  await anchored.suspend(await anchored.register());
  blocks = await anchored.blocks();
  const mspKeys = await openMspKeys(anchored.directory, agencies);
  const [before, last] = blocks.slice(-2);
  const event = (value: string) => value.replace('suspected-fraud', 'court-order');
  const other = forge(last ?? new Uint8Array(), before ?? new Uint8Array(), mspKeys, { endorsers: agencies, event });
  forked = [...blocks.slice(0, -1), other];
}, 120_000);

afterAll(() => anchored.close());

describe('a ledger that several peers show alike', () => {
  it('raises no alarm, and is remembered', () => {
    const monitor = newMonitor();
    expect(feed(monitor, 'one', blocks)).toEqual([]);
    expect(feed(monitor, 'two', blocks)).toEqual([]);
    expect(monitor.memory()).toMatchObject({ height: blocks.length, size: monitor.audit.log.size });
  });

  it('raises none either where one of them is behind, or ahead', () => {
    const monitor = newMonitor();
    feed(monitor, 'one', blocks.slice(0, 4));
    expect(feed(monitor, 'two', blocks)).toEqual([]);
    expect(feed(monitor, 'one', blocks.slice(4))).toEqual([]);
  });
});

describe('an orderer that gives one peer another block', () => {
  it('is a fork, which names the peer', () => {
    const monitor = newMonitor();
    feed(monitor, 'one', blocks);
    const what = 'two shows another block than was seen here';
    expect(feed(monitor, 'two', forked)).toEqual([{ code: 'ERR_FORK', block: blocks.length - 1, what }]);
    expect([monitor.isDistrusted('two'), monitor.isDistrusted('one')]).toEqual([true, false]);
  });
});

describe('a peer that shows', () => {
  it('other transactions under the same header is named', () => {
    const monitor = newMonitor();
    feed(monitor, 'one', blocks);
    const block = common.Block.deserializeBinary(blocks.at(-1) ?? new Uint8Array());
    block.getData()?.setDataList([Buffer.of(1)]);
    const alarms = feed(monitor, 'two', [...blocks.slice(0, -1), block.serializeBinary()]);
    expect(codesOf(alarms)).toEqual(['ERR_LEDGER_BAD']);
  });

  it('other validity flags is named', () => {
    const monitor = newMonitor();
    feed(monitor, 'one', blocks);
    const alarms = feed(monitor, 'two', blocks.with(-1, withFlag(blocks.at(-1) ?? new Uint8Array())));
    expect(codesOf(alarms)).toEqual(['ERR_STATE_DISPUTED']);
  });

  it('a block first that is not good ends what can be judged, and leaves what was seen remembered', () => {
    const monitor = newMonitor();
    const alarms = feed(monitor, 'two', blocks.with(-1, withFlag(blocks.at(-1) ?? new Uint8Array())));
    expect(alarms).toMatchObject([{ code: 'ERR_LEDGER_BAD', block: blocks.length - 1 }]);
    expect([monitor.isBad, monitor.isDistrusted('two')]).toEqual([true, true]);
    expect(monitor.memory()?.height).toBe(blocks.length - 1);
  });

  it('any bytes at all is named, never crashed on', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const monitor = newMonitor();
        feed(monitor, 'one', blocks.slice(0, 2));
        expect(codesOf(monitor.take('two', bytes))).toEqual(['ERR_LEDGER_BAD']);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a ledger that was seen before', () => {
  it('is held to what was seen, and gives no old alarm twice', () => {
    const late = { lateAfter: -1 };
    const first = newMonitor(undefined, late);
    expect(feed(first, 'one', blocks).length).toBeGreaterThan(0);
    expect(feed(newMonitor(first.memory(), late), 'one', blocks)).toEqual([]);
  });

  it('and has another block now is a fork, and stays one', () => {
    const monitor = newMonitor(remembered());
    expect(codesOf(feed(monitor, 'one', forked))).toContain('ERR_STREAM_REWRITTEN');
    expect(monitor.memory()).toEqual(remembered());
  });

  it('and whose blocks all fit together otherwise is a fork all the same', () => {
    const memory = { ...remembered(), last: 'ab'.repeat(32) };
    const monitor = newMonitor(memory);
    expect(codesOf(feed(monitor, 'one', blocks))).toEqual(['ERR_FORK']);
    expect(monitor.memory()).toEqual(memory);
  });

  it('and whose log was another one is disputed', () => {
    const monitor = newMonitor({ ...remembered(), root: Buffer.alloc(32).toString('base64') });
    expect(codesOf(feed(monitor, 'one', blocks))).toEqual(['ERR_STATE_DISPUTED']);
  });

  it('and is shorter now is a fork', () => {
    const monitor = newMonitor(remembered());
    feed(monitor, 'one', blocks.slice(0, -1));
    expect(codesOf(monitor.end())).toEqual(['ERR_FORK']);
  });

  it('under another first configuration is refused', () => {
    const monitor = newMonitor({ ...remembered(), first: 'ab'.repeat(32) });
    expect(codesOf(feed(monitor, 'one', blocks.slice(0, 1)))).toEqual(['ERR_LEDGER_BAD']);
  });
});

describe('an event that was held back', () => {
  it('is late', async () => {
    const stream = await anchored.register(new Date(Date.now() - 60_000));
    const alarms = feed(newMonitor(undefined, { lateAfter: 30_000 }), 'one', await anchored.blocks());
    expect(alarms).toMatchObject([{ code: 'ERR_EVENT_LATE', what: expect.stringContaining(`event 1 of ${stream}`) }]);
  });
});

describe('agencies that stop anchoring', () => {
  it('are named once each, after their time', async () => {
    const monitor = newMonitor();
    feed(monitor, 'one', await anchored.blocks());
    expect(monitor.look(Date.now())).toEqual([]);
    const alarms = monitor.look(Date.now() + 2 * hour);
    expect(codesOf(alarms)).toEqual(agencies.map(() => 'ERR_ANCHOR_SILENT'));
    expect(monitor.look(Date.now() + 2 * hour)).toEqual([]);
  });

  it('are named after so many blocks', async () => {
    const monitor = new Monitor({ trust: {}, patience: { ...patience, blocks: 2 } });
    feed(monitor, 'one', await anchored.blocks());
    expect(monitor.look(Date.now())).toHaveLength(agencies.length);
  });

  it('are not named while nothing is new', async () => {
    await anchored.anchor(agencies);
    const monitor = newMonitor();
    feed(monitor, 'one', await anchored.blocks());
    expect(monitor.look(Date.now() + 10 * hour)).toEqual([]);
  });
});

describe('a root that agencies disagree on', () => {
  it('names the agency', async () => {
    await anchored.register();
    await anchored.anchor(['election-office'], { root: Buffer.alloc(32, 7) });
    const alarms = feed(newMonitor(), 'one', await anchored.blocks());
    expect(codesOf(alarms)).toContain('ERR_ROOT_DISPUTED');
  });
});

describe('what a monitor wrote down', () => {
  it('is read again, and refused with any byte of it changed', () => {
    const text = writeMemory(remembered());
    expect(readMemory(text)).toEqual(remembered());
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.integer({ min: 1, max: 127 }), (at, bits) => {
        const bytes = Buffer.from(text);
        bytes.writeUInt8(bytes.readUInt8(at) ^ bits, at);
        expect(readMemory(bytes.toString())).toBeUndefined();
      }),
    );
  });
});
