import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedLedger, type EmbeddedLedger } from '#ledger/embedded/openEmbeddedLedger.ts';
import { checkpointText } from '#ledger/log/checkpoint.ts';
import { cosign } from '#ledger/log/cosignature.ts';
import { logKeyOf, type LogKey } from '#ledger/log/logKey.ts';
import { Audit } from '#ledger/verify/audit.ts';
import { agreement, carryOut, found } from './agreement.ts';
import {
  agencies,
  channel,
  newAgencies,
  order,
  registration,
  schema,
  type AgencyName,
  type Submission,
  type TestAgency,
} from './registry.ts';

/** What an agency says of the log that is not so. */
type Lie = { readonly root?: Uint8Array; readonly key?: LogKey };

/** A small registry on the embedded ledger whose agencies have log keys, and somebody who anchors for them. */
export class AnchoredLedger {
  readonly directory: string;
  readonly ledger: EmbeddedLedger;
  readonly #people: Readonly<Record<AgencyName, TestAgency>>;

  private constructor(directory: string, ledger: EmbeddedLedger, people: Readonly<Record<AgencyName, TestAgency>>) {
    this.directory = directory;
    this.ledger = ledger;
    this.#people = people;
  }

  static async open(): Promise<AnchoredLedger> {
    const directory = await mkdtemp(join(tmpdir(), 'plinth-anchored-'));
    const members = [...agencies, 'audit-office'];
    const ledger = await openEmbeddedLedger({
      ...{ directory, channel, agency: 'civil-registry', agencies: members, classes: schema.classes },
      ...{ endorsement: { agencies, required: 2 }, registryKeyOf: () => new Uint8Array(32).fill(3) },
    });
    const people = newAgencies();
    await found(people, (submission, name) => ledger.as(name).submit(submission));
    const anchored = new AnchoredLedger(directory, ledger, people);
    for (const { name, signer } of Object.values(people)) {
      const data = { key: anchored.keyOf(name).publicKey };
      await anchored.#submit(name, order({ stream: `agency-${name}`, type: 'RotateLogKey', data }, { signer }));
    }
    return anchored;
  }

  /** Where its blocks lie. */
  get file(): string {
    return join(this.directory, 'blocks.log');
  }

  keyOf(agency: AgencyName): LogKey {
    return logKeyOf(Buffer.alloc(32, agencies.indexOf(agency) + 1));
  }

  async blocks(): Promise<readonly Uint8Array[]> {
    const { height } = await this.ledger.status();
    const read: Uint8Array[] = [];
    for await (const { bytes } of this.ledger.blocks(0, new AbortController().signal))
      if (read.push(bytes) === height) break;
    return read;
  }

  /** Registers a person; answers the stream. `at`: another time than now. */
  async register(at?: Date): Promise<string> {
    const submission = registration(this.#people['civil-registry'].signer);
    if (at === undefined) await this.#submit('civil-registry', submission);
    else await (await this.ledger.node.endorse([submission], at)).commit();
    return submission.command.stream;
  }

  async suspend(stream: string): Promise<void> {
    const { signer } = this.#people['civil-registry'];
    const data = { reason: 'suspected-fraud' };
    await this.#submit('civil-registry', order({ stream, type: 'SuspendIdentity', data, seen: 1 }, { signer }));
  }

  /** Has two agencies agree to remove the third. */
  async remove(agency: 'social-protection'): Promise<void> {
    const parties = { proposer: this.#people['civil-registry'], approver: this.#people['election-office'] };
    const removal = { stream: `agency-${agency}`, type: 'RemoveAgency', data: { reason: 'end-of-service' } };
    await carryOut((submission, name) => this.ledger.as(name).submit(submission), agreement(removal, parties), parties);
  }

  /** Has agencies state the root of the log as it is now, or something else. */
  async anchor(names: readonly AgencyName[], lie: Lie = {}): Promise<void> {
    const audit = new Audit();
    for (const block of await this.blocks()) audit.take(block);
    const { origin, size } = audit.log;
    const root = lie.root ?? audit.log.root();
    for (const name of names) {
      const key = lie.key ?? this.keyOf(name);
      const { time, signature } = cosign(checkpointText({ origin, size, root }), key, Math.floor(Date.now() / 1000));
      const cosignature = { time, signature: Buffer.from(signature).toString('base64url') };
      const data = { log: 'registry', size, root: Buffer.from(root).toString('base64url'), cosignature };
      await this.#submit(name, order({ stream: `anchor-${name}`, type: 'AnchorTree', data }));
    }
  }

  async close(): Promise<void> {
    await this.ledger.close();
    await rm(this.directory, { recursive: true });
  }

  /** Throws where the command is refused: a test that went on would test nothing. */
  async #submit(agency: AgencyName, submission: Submission): Promise<void> {
    const outcome = await this.ledger.as(agency).submit(submission);
    if ('refused' in outcome) throw new Error(`refused: ${JSON.stringify(outcome)}`);
  }
}
