import { google } from '@hyperledger/fabric-protos';
import '@kurrent/kurrentdb-client';

// Code that protoc makes looks its classes up by name in one global object. Fabric's protos and KurrentDB's client both put a
// `google.rpc.Status` there, and the one that is loaded last takes the other's place: with its details as a list (Fabric's, as Google
// has it) or as one (KurrentDB's). The bytes of both are the same, so Fabric's stands for both and can also tell the first one.
const { Status } = google.rpc;
Object.assign(Status.prototype, {
  getDetails(this: google.rpc.Status) {
    return this.getDetailsList()[0];
  },
});
const names = Reflect.get(globalThis, 'proto') as { google: { rpc: { Status: unknown } } }; // both have been loaded above
names.google.rpc.Status = Status;
