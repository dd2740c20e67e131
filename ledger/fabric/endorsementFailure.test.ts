import { describe, expect, it } from '@jest/globals';
import { Metadata, status } from '@grpc/grpc-js';
import { EndorseError } from '@hyperledger/fabric-gateway';
import { endorsementFailureOf } from './endorsementFailure.ts';

function errorOf(
  code: status,
  text: string,
  details: readonly { mspId: string; message: string }[] = [],
): EndorseError {
  const cause = { name: 'Error', message: text, code, details: text, metadata: new Metadata() };
  const placed = details.map((each) => ({ ...each, address: '127.0.0.1:1' }));
  return new EndorseError({ code, details: placed, cause, transactionId: 'one', message: text });
}
const aborted = (message: string) => errorOf(status.ABORTED, 'failed', [{ mspId: 'election-office', message }]);

// The texts are those of Fabric 3.1.1, seen on a real network.
describe('an error of an endorsement', () => {
  it('names the agency whose chaincode is down', () => {
    const failure = endorsementFailureOf(
      aborted('error in simulation: could not launch chaincode: connection refused'),
    );
    expect(failure).toEqual({ kind: 'endorsersDown', agencies: ['election-office'] });
  });

  it('names the agencies whose peers are unknown', () => {
    const text = 'failed to find any endorsing peers for org(s): election-office, social-protection';
    const failure = endorsementFailureOf(errorOf(status.UNAVAILABLE, text));
    expect(failure).toEqual({ kind: 'endorsersDown', agencies: ['election-office', 'social-protection'] });
  });

  it('blames nobody when agencies have not committed the same yet', () => {
    expect(endorsementFailureOf(aborted('ProposalResponsePayloads do not match'))).toEqual({ kind: 'disagreement' });
  });

  it('blames the gateway that does not answer', () => {
    expect(endorsementFailureOf(errorOf(status.UNAVAILABLE, 'No connection established')).kind).toBe('gatewaySilent');
    expect(endorsementFailureOf(errorOf(status.DEADLINE_EXCEEDED, 'Deadline exceeded')).kind).toBe('gatewaySilent');
  });

  it('names the agencies whose contract failed', () => {
    const failed = (mspId: string) => ({ mspId, message: 'chaincode response 500, no' });
    const down = { mspId: 'social-protection', message: 'connection refused' };
    const details = [failed('civil-registry'), down, failed('election-office')];
    expect(endorsementFailureOf(errorOf(status.ABORTED, 'failed', details))).toEqual({
      ...{ kind: 'final', message: 'chaincode response 500, no', agencies: ['civil-registry', 'election-office'] },
    });
  });

  it('is final when the contract failed or the clock is wrong', () => {
    expect(endorsementFailureOf(aborted('chaincode response 500, ERR_MALFORMED: not a batch')).kind).toBe('final');
    expect(endorsementFailureOf(aborted('request unauthorized due to incorrect timestamp')).kind).toBe('final');
  });
});
