import { describe, expect, it } from '@jest/globals';
import { google } from '@hyperledger/fabric-protos';
import kurrent from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import { Any } from 'google-protobuf/google/protobuf/any_pb.js';
import './oneStatus.ts';

const detail = (url: string): Any => {
  const any = new Any();
  any.setTypeUrl(url);
  return any;
};
const urlsOf = (bytes: Uint8Array) =>
  google.rpc.Status.deserializeBinary(bytes)
    .getDetailsList()
    .map((each) => each.getTypeUrl());

describe('two gRPC clients in one process that both know a Status', () => {
  const status = new google.rpc.Status();
  status.setDetailsList([detail('one'), detail('other')]);

  it('read every detail of an error of a Fabric peer', () => {
    expect(urlsOf(status.serializeBinary())).toEqual(['one', 'other']);
  });

  it('read the first detail of an error of a KurrentDB, or none', () => {
    const { Status } = kurrent;
    expect(Status.deserializeBinary(status.serializeBinary()).getDetails()?.getTypeUrl()).toBe('one');
    expect(Status.deserializeBinary(new google.rpc.Status().serializeBinary()).getDetails()).toBeUndefined();
  });

  it('write the errors that they make themselves', () => {
    const { Status } = kurrent;
    expect(urlsOf(new Status().setDetails(detail('one')).serializeBinary())).toEqual(['one']);
    expect(urlsOf(new Status().serializeBinary())).toEqual([]);
  });
});
