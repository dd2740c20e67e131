import { setTimeout as pause } from 'node:timers/promises';
import type { Transaction } from '@hyperledger/fabric-gateway';
import { gateway as protocol, msp } from '@hyperledger/fabric-protos';
import { LedgerUnavailable } from '../ledger.ts';
import type { TransactionResult } from '../transactor.ts';
import type { Gateways } from './gateways.ts';
import type { PeerGateway } from './peerGateway.ts';

const patience = 45_000;

/**
 * Has an endorsed transaction ordered and learns what became of it.
 * No error of a submission tells that nothing happened: orderers refuse their copy of a transaction that the others have delivered already.
 * So the ledger is asked by transaction id, and what is sent again is the same transaction, which cannot count twice.
 */
export async function settle(
  gateways: Gateways,
  transaction: Transaction,
  channel: string,
): Promise<TransactionResult> {
  const deadline = performance.now() + patience;
  const failures: unknown[] = [];
  let accepted = false;
  while (performance.now() < deadline) {
    for (const gateway of gateways.inOrder()) {
      accepted ||= await submitAt(gateway, transaction).catch(fail);
      const result = await askStatus(gateway, channel, transaction.getTransactionId()).catch(fail);
      if (result !== false) return result;
      gateways.avoid(gateway);
    }
    await pause(100);
  }
  throw new LedgerUnavailable(failures.at(-1));

  function fail(error: unknown): false {
    failures.push(error);
    return false;
  }
}

async function submitAt({ gateway }: PeerGateway, transaction: Transaction): Promise<true> {
  await gateway.newTransaction(transaction.getBytes()).submit();
  return true;
}

async function askStatus({ gateway }: PeerGateway, channel: string, transactionId: string): Promise<TransactionResult> {
  const { mspId, credentials } = gateway.getIdentity();
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(credentials);
  const question = new protocol.CommitStatusRequest();
  question.setChannelId(channel);
  question.setTransactionId(transactionId);
  question.setIdentity(identity.serializeBinary());
  const request = new protocol.SignedCommitStatusRequest();
  request.setRequest(question.serializeBinary());
  const { code, blockNumber } = await gateway.newCommit(request.serializeBinary()).getStatus();
  return { code, block: Number(blockNumber) };
}
