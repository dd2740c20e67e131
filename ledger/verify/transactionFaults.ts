import { peer } from '@hyperledger/fabric-protos';
import type { Channel } from './channel.ts';
import type { Definitions } from './definitions.ts';
import { Discrepancy } from './discrepancy.ts';
import { isValidAt } from './identities.ts';
import type { Signer } from './policies.ts';
import { findSignatureFault } from './signature.ts';
import type { Fault } from './flags.ts';
import { digest, isConfig, type Decision, type Transaction } from './transaction.ts';

const code = peer.TxValidationCode;

/** What is wrong with a transaction by itself, whatever the state, and how many signatures were checked. */
export function checkTransaction(
  transaction: Transaction,
  channel: Channel,
  definitions: Definitions,
): { readonly faults: readonly Fault[]; readonly signatures: number } {
  const { content } = transaction;
  const general = [...creatorFaults(transaction, channel), ...channelFaults(transaction, channel)];
  if (isConfig(content)) return { faults: general, signatures: 1 };
  const { signers, refused } = endorsersOf(content, channel, transaction.time);
  const faults = [...general, ...decisionFaults(content), ...policyFaults(content)];
  return { faults, signatures: 1 + content.endorsements.length };

  function policyFaults(decision: Decision): readonly Fault[] {
    if (!definitions.isDefined(decision.chaincode, channel))
      return [{ codes: [code.INVALID_CHAINCODE], what: `nobody defined the chaincode ${decision.chaincode}` }];
    const missing = definitions.findUnsatisfied(decision, channel, signers);
    if (missing === undefined) return [];
    const why = refused.length === 0 ? '' : `: ${refused.join(', ')}`;
    return [{ codes: [code.ENDORSEMENT_POLICY_FAILURE], what: `too few agencies endorsed ${missing}${why}` }];
  }
}

function creatorFaults(
  { creator, nonce, id, payload, signature, time }: Transaction,
  channel: Channel,
): readonly Fault[] {
  const faults: Fault[] = [];
  const bad = (what: string, ...codes: number[]) => faults.push({ codes, what: `its creator: ${what}` });
  try {
    const identity = channel.identify(creator);
    const fault = findSignatureFault(identity, payload, signature);
    if (fault !== undefined) bad(fault, code.BAD_CREATOR_SIGNATURE);
    if (!isValidAt(identity, time)) bad('a certificate that was not valid then');
  } catch (error) {
    if (!(error instanceof Discrepancy)) throw error;
    bad(error.message, code.BAD_CREATOR_SIGNATURE);
  }
  if (id !== '' && id !== digest(nonce, creator).toString('hex'))
    faults.push({ codes: [code.BAD_PROPOSAL_TXID], what: 'its id is not that of its creator and nonce' });
  return faults;
}

function channelFaults({ channel: name }: Transaction, { id }: Channel): readonly Fault[] {
  if (name === id) return [];
  return [{ codes: [code.TARGET_CHAIN_NOT_FOUND, code.BAD_PAYLOAD], what: 'it is of another channel' }];
}

function decisionFaults({ isAsAsked, chaincode, asked }: Decision): readonly Fault[] {
  const faults: Fault[] = [];
  if (!isAsAsked)
    faults.push({
      codes: [code.INVALID_ENDORSER_TRANSACTION, code.BAD_PAYLOAD],
      what: 'the agencies were asked something else (proposal hash)',
    });
  if (chaincode !== asked) faults.push({ codes: [code.INVALID_CHAINCODE], what: 'another chaincode answered' });
  return faults;
}

type Endorsers = { readonly signers: readonly Signer[]; readonly refused: readonly string[] };

/** The agencies whose endorsements of a decision hold. */
export function agenciesBehind(decision: Decision, channel: Channel, time: number): readonly string[] {
  const { signers } = endorsersOf(decision, channel, time);
  return [...new Set(signers.map(({ identity }) => identity.agency))].sort();
}

/** Whose word counts. A bad signature beside enough good ones does no harm; Fabric passes over it as well. */
function endorsersOf({ endorsements, response }: Decision, channel: Channel, time: number): Endorsers {
  const signers: Signer[] = [];
  const refused: string[] = [];
  for (const { endorser, signature } of endorsements) {
    try {
      const identity = channel.identify(endorser);
      const fault = isValidAt(identity, time)
        ? findSignatureFault(identity, Buffer.concat([response, endorser]), signature)
        : 'a certificate that was not valid then';
      if (fault === undefined) signers.push({ serialised: endorser, identity });
      else refused.push(`${identity.agency} gave ${fault}`);
    } catch (error) {
      if (!(error instanceof Discrepancy)) throw error;
      refused.push(error.message);
    }
  }
  return { signers, refused };
}
