import type { Context } from 'fabric-contract-api';
import { Contract } from '#chaincode/shim.ts';

/** The rival on Fabric: one key, written once if it is not there. Nothing a ledger application does costs less. */
export class BareContract extends Contract {
  constructor() {
    super('bare');
  }

  async create(context: Context, key: string, value: string): Promise<string> {
    const found = await context.stub.getState(key);
    if (found.length > 0) throw new Error('ERR_ALREADY_EXISTS');
    await context.stub.putState(key, Buffer.from(value));
    return '';
  }
}
