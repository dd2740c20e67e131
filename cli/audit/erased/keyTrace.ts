import type { EpochKey } from '#projections/keys/transportKeys.ts';
import { nothing, together, type Findings } from './finding.ts';
import type { EpochBegin, LedgerTrace } from './ledgerTrace.ts';

/** The agency whose node is looked at, and the transport keys that it still has; undefined when they are not at hand. */
export type OwnKeys = { readonly agency: string; readonly transport: readonly EpochKey[] | undefined };

/** Which keys could still open a copy of what was sealed: an old file, a backup, a disk that was taken out. */
export function traceKeys({ places, epochs }: LedgerTrace, own: OwnKeys): Findings {
  const agencies = [...new Set(epochs.map(({ agency }) => agency))].sort();
  return together(
    agencies.map((agency) => {
      const begins = epochs.filter((each) => each.agency === agency);
      const used = [...new Set(places.map(({ block }) => epochAt(begins, block)))].filter(
        (epoch) => epoch !== undefined,
      );
      return agency === own.agency ? traceOwn(used, own) : traceOther(agency, begins, used);
    }),
  );
}

/** Whether nothing at this node opens what was sealed for its agency. */
export function isClosed({ remains, unseen }: Findings): boolean {
  return remains.length === 0 && unseen.length === 0;
}

// Within one block the order is not looked at: the older of two epochs is the one that a copy may be sealed for.
function epochAt(begins: readonly EpochBegin[], block: number): number | undefined {
  return (begins.filter((each) => each.block < block).at(-1) ?? begins[0])?.epoch;
}

function traceOwn(used: readonly number[], { agency, transport }: OwnKeys): Findings {
  if (transport === undefined) return { ...nothing, unseen: [`the transport keys of ${agency}`] };
  const left = used.filter((epoch) => transport.some((key) => key.epoch === epoch));
  const where = `transport.json of ${agency}`;
  const until = 'rotated and retired: plinth keys rotate transport, then plinth keys retire; destroy it in backups too';
  const gone = used.filter((epoch) => !left.includes(epoch));
  return {
    ...nothing,
    seen: gone.map((epoch) => `keys: that of ${agency} of epoch ${epoch} is destroyed here`),
    remains: left.map((epoch) => ({
      what: `the key of epoch ${epoch}, in force when values were sealed`,
      where,
      until,
    })),
  };
}

function traceOther(agency: string, begins: readonly EpochBegin[], used: readonly number[]): Findings {
  const newest = begins.at(-1)?.epoch ?? 0;
  const current = used.filter((epoch) => epoch >= newest);
  return {
    ...nothing,
    seen: used
      .filter((epoch) => epoch < newest)
      .map((epoch) => `keys: ${agency} has ended epoch ${epoch}; whether the key is destroyed, its own node says`),
    remains: current.map((epoch) => ({
      what: `the key of epoch ${epoch}, in force when values were sealed`,
      where: `at ${agency}`,
      until: 'that agency begins another epoch and retires this one',
    })),
  };
}
