import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { google } from '@hyperledger/fabric-protos';
import { Any } from 'google-protobuf/google/protobuf/any_pb.js';
import './oneStatus.ts';

type Read = { readonly getDetails: () => Any | undefined };
type KurrentStatus = { readonly Status: { readonly deserializeBinary: (bytes: Uint8Array) => Read } };

// The client does not export it, but reads the errors of a server with it.
const generated = '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
const kurrent = createRequire(import.meta.url)(generated) as KurrentStatus; // made by protoc

function errorWith(...urls: readonly string[]): Uint8Array {
  const status = new google.rpc.Status();
  for (const url of urls) {
    const detail = new Any();
    detail.setTypeUrl(url);
    status.addDetails(detail);
  }
  return status.serializeBinary();
}

describe('two gRPC clients in one process that both know a Status', () => {
  it('read every detail of an error of a Fabric peer', () => {
    const read = google.rpc.Status.deserializeBinary(errorWith('one', 'other'));
    expect(read.getDetailsList().map((detail) => detail.getTypeUrl())).toEqual(['one', 'other']);
  });

  it('read the one detail of an error of a KurrentDB', () => {
    expect(kurrent.Status.deserializeBinary(errorWith('one')).getDetails()?.getTypeUrl()).toBe('one');
    expect(kurrent.Status.deserializeBinary(errorWith()).getDetails()).toBeUndefined();
  });
});
