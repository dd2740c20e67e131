import { handle } from '#chaincode/handle.ts';
import { overlayOn } from '#chaincode/worldState.ts';
import type { Outcome } from '#domain/envelope.ts';
import { sealerOf } from '#domain/seal/sealing.ts';
import { found, type SubmitAs } from './agreement.ts';
import { channel, type newAgencies, type Submission } from './registry.ts';

/** The contract over maps in place of a ledger. */
export type ContractBed = {
  readonly state: Map<string, Uint8Array>;
  /** By `collection key`. */
  readonly privateState: Map<string, Uint8Array>;
  readonly registryKey: Uint8Array;
  readonly submit: (
    batch: readonly Submission[],
    by?: { readonly agency?: string; readonly at?: string; readonly seed?: Uint8Array | undefined },
  ) => Promise<readonly Outcome[]>;
  readonly found: (people: ReturnType<typeof newAgencies>) => Promise<void>;
};

/** An empty ledger whose clock goes on by a second with each transaction. */
export function newContractBed(): ContractBed {
  const state = new Map<string, Uint8Array>();
  const privateState = new Map<string, Uint8Array>();
  const registryKey = new Uint8Array(32).fill(3);
  let clock = Date.parse('2026-01-01T00:00:00Z');
  const overlay = () =>
    overlayOn({
      getAll: (keys) => Promise.resolve(keys.map((key) => state.get(key))),
      writeAll: (writes) => {
        for (const { collection, key, value } of writes)
          if (value === undefined) privateState.delete(`${collection} ${key}`);
          else if (collection === '') state.set(key, value);
          else privateState.set(`${collection} ${key}`, value);
        return Promise.resolve();
      },
    });
  const submit: ContractBed['submit'] = async (batch, by = {}) => {
    clock += 1000;
    const { seed, agency, at } = {
      seed: new Uint8Array(32).fill(9),
      agency: 'civil-registry',
      at: new Date(clock).toISOString(),
      ...by,
    };
    const transaction = {
      channel,
      agency,
      at,
      overlay: overlay(),
      registryKeyOf: () => registryKey,
      sealer: seed && sealerOf(seed),
    };
    const outcomes: Outcome[] = [];
    for (const { command, disclosures } of batch) outcomes.push(await handle(transaction, command, disclosures));
    await transaction.overlay.flush();
    return outcomes;
  };
  const submitAs: SubmitAs = async (submission, agency) => (await submit([submission], { agency }))[0] ?? {};
  return { state, privateState, registryKey, submit, found: (people) => found(people, submitAs, { now: clock }) };
}
