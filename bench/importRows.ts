import { join } from 'node:path';
import { pino } from 'pino';
import { demoOptions, ensurePartners } from '#cli/demoContent.ts';
import { openNode, type Node } from '#cli/node.ts';
import { checkFile, importFile } from '#cli/people/importFile.ts';
import type { Registry } from '#cli/registry.ts';
import { settingsOf } from '#cli/settings.ts';
import { getRegistryKey } from '#cli/openLedger.ts';
import { timeOf } from './load.ts';
import type { Measurement, Result } from './measurement.ts';
import { rounded } from './statistics.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const silent = { start: () => undefined, step: () => undefined, stop: () => undefined };

/** The demo's people file, from the text of a row to the read models, as the first start of a node does it. */
export const importRows: Measurement = {
  part: 'import',
  names: ['import.rows'],
  run: async function* (report) {
    await using folder = await temporaryFolder();
    const settings = settingsOf({ ledger: 'embedded' }, { PLINTH_DATA: join(folder.path, 'data') });
    const prepare = async (registry: Registry): Promise<void> => {
      const partners = demoOptions(registry, settings.partyFolder);
      if (partners === undefined) throw new Error('the bench needs a demo country');
      await ensurePartners(partners);
    };
    const node = await openNode(settings, { logger: pino({ level: 'silent' }), prepare });
    try {
      report('a node with a founded registry is open');
      yield await measure(node, join(folder.path, 'rejected.csv'));
    } finally {
      await node.close();
    }
  },
};

async function measure({ registry, ingest }: Node, rejectedFile: string): Promise<Result> {
  const { country, demo, ledger, sign } = registry;
  const registryKey = getRegistryKey(registry);
  if (demo === undefined || sign === undefined) throw new Error('the bench needs a demo country');
  let rows = 0;
  let onLedger = 0;
  const spent = await timeOf(async () => {
    const file = await checkFile(demo.people, country);
    const authorize = (command: Parameters<typeof sign>[0]) => sign(command, 'registrar');
    const options = { file, rejectedFile, country, ledger, registryKey, authorize, progress: silent };
    const { accepted, rejected, seconds } = await importFile(options);
    rows = accepted + rejected;
    onLedger = rows / seconds;
    await ingest.reached((await ledger.status()).height - 1);
  });
  return {
    name: 'import.rows',
    value: rounded((rows * 1000) / spent),
    unit: 'rows/s',
    note: `${rows} rows, two facts each, embedded ledger, until the read models have them; to the ledger alone ${rounded(onLedger)}/s`,
  };
}
