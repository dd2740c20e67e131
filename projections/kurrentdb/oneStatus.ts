import { google } from '@hyperledger/fabric-protos';
import kurrent from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';

// Code that protoc makes looks its classes up by name in one global object. Fabric's protos and KurrentDB's client both put a
// `google.rpc.Status` there, and the one that is loaded last takes the other's place: with its details as a list (Fabric's, as Google
// has it) or as one (KurrentDB's). Their bytes are the same, so Fabric's stands under the name, and each tells its details in both ways.
type FabricStatus = google.rpc.Status;
type KurrentStatus = InstanceType<typeof kurrent.Status>;

Object.assign(google.rpc.Status.prototype, {
  getDetails(this: FabricStatus) {
    return this.getDetailsList()[0];
  },
});
Object.assign(kurrent.Status.prototype, {
  getDetailsList(this: KurrentStatus) {
    return [this.getDetails() ?? []].flat();
  },
});
const names = Reflect.get(globalThis, 'proto') as { google: { rpc: { Status: unknown } } }; // both have been loaded above
names.google.rpc.Status = google.rpc.Status;
