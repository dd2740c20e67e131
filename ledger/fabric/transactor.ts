import type { Transaction } from '@hyperledger/fabric-gateway';
import type { Outcome } from '#domain/envelope.ts';
import { unreachable } from '#domain/unreachable.ts';
import { isPrivate } from '../batch.ts';
import { LedgerUnavailable, type Submission } from '../ledger.ts';
import { EndorsementFailed, type Endorsed, type Transactor } from '../transactor.ts';
import type { FabricConnection } from './connection.ts';
import { endorsementFailureOf } from './endorsementFailure.ts';
import { agenciesThatMaySee, Endorsers } from './endorsers.ts';
import type { Gateways } from './gateways.ts';
import { catchUp } from './heights.ts';
import type { PeerGateway } from './peerGateway.ts';
import { proposalOptions } from './proposalOptions.ts';
import { settle } from './settle.ts';

const mostAttempts = 4;

/** The staged transaction of Fabric: endorsed by named agencies, ordered, and asked after by its id. */
export class FabricTransactor implements Transactor {
  readonly #connection: FabricConnection;
  readonly #gateways: Gateways;
  readonly #endorsers: Endorsers;

  constructor(connection: FabricConnection, gateways: Gateways) {
    this.#connection = connection;
    this.#gateways = gateways;
    this.#endorsers = new Endorsers(connection);
  }

  async endorse(batch: readonly Submission[]): Promise<Endorsed> {
    return this.#endorseBy(batch);
  }

  /** `first`: whom to ask before anybody else. */
  async #endorseBy(batch: readonly Submission[], first?: readonly string[]): Promise<Endorsed> {
    const eligible = agenciesThatMaySee(this.#connection, batch);
    const { transaction, by } = await this.#endorseByAny(batch, eligible, first);
    const outcomes = JSON.parse(Buffer.from(transaction.getResult()).toString()) as Outcome[]; // our contract's, signed by the endorsers
    return {
      transactionId: transaction.getTransactionId(),
      outcomes,
      reconsider: async (some) => {
        await catchUp(this.#gateways, this.#connection.channel);
        return this.#endorseBy(some, by);
      },
      commit: async () => settle(this.#gateways, transaction, this.#connection.channel),
    };
  }

  /** Goes on to other agencies while the ones that were asked do not work, or alone say no to what others agree on. */
  async #endorseByAny(
    batch: readonly Submission[],
    eligible: readonly string[],
    first?: readonly string[],
  ): Promise<{ readonly transaction: Transaction; readonly by: readonly string[] }> {
    let last: unknown;
    let asked = eligible;
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const gateway = this.#gatewayFor(batch, asked);
      const by = attempt === 0 && first !== undefined ? first : this.#endorsers.choose(asked);
      try {
        const options = proposalOptions(batch, by);
        const transaction = await gateway.contract.newProposal('submit', options).endorse();
        const alone = eligible.filter((agency) => !asked.includes(agency));
        this.#endorsers.failed(alone, eligible); // enough others have agreed on what these failed at
        return { transaction, by };
      } catch (error) {
        last = error;
        const next = this.#nextToAsk(error, gateway, asked);
        if (next === undefined) break;
        asked = next;
      }
    }
    throw new EndorsementFailed('agencies cannot be reached or do not agree yet', { retryable: true, cause: last });
  }

  // The peer that gathers endorsements sees the private values too, so it must be a member's.
  #gatewayFor(batch: readonly Submission[], eligible: readonly string[]): PeerGateway {
    const all = this.#gateways.inOrder();
    const [gateway] = batch.some(isPrivate) ? all.filter(({ agency }) => eligible.includes(agency)) : all;
    if (gateway === undefined) throw new LedgerUnavailable('no peer of a member is known');
    return gateway;
  }

  /** Whom to ask after this error; undefined when it is better to wait first. Throws when nobody would say otherwise. */
  #nextToAsk(error: unknown, gateway: PeerGateway, asked: readonly string[]): readonly string[] | undefined {
    const failure = endorsementFailureOf(error);
    switch (failure.kind) {
      case 'gatewaySilent':
        this.#gateways.avoid(gateway);
        return this.#endorsers.failed([gateway.agency], asked) ? asked : undefined;
      case 'endorsersDown':
        return this.#endorsers.failed(failure.agencies, asked) ? asked : undefined;
      case 'disagreement':
        return undefined;
      case 'final':
        return this.#without(failure, asked, error);
      default:
        return unreachable(failure);
    }
  }

  // One agency alone must not be able to stop the others by refusing; and what all refuse is not asked again.
  #without({ agencies, message }: Refusing, asked: readonly string[], cause: unknown): readonly string[] {
    const others = asked.filter((agency) => !agencies.includes(agency));
    if (agencies.length === 0 || others.length < this.#connection.endorsement.required)
      throw new EndorsementFailed(message, { retryable: false, cause });
    return others;
  }
}

type Refusing = { readonly agencies: readonly string[]; readonly message: string };
