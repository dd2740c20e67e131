import { openEmbeddedLedger, type EmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import { agencies, channel, schema } from '#test/registry.ts';

/** The embedded ledger of the test registry in this folder; the same one for the process that dies and the one that looks afterwards. */
export function openSmallLedger(directory: string): Promise<EmbeddedLedger> {
  return openEmbeddedLedger({
    directory,
    channel,
    agency: 'civil-registry',
    agencies,
    endorsement: { agencies, required: 2 },
    classes: schema.classes,
    registryKeyOf: () => new Uint8Array(32).fill(3),
  });
}
