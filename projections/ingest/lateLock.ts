import { KeyFault } from '../keys/keyFault.ts';
import { lockFolding, tryLockHealing } from './locks.ts';
import type { Trx } from '../postgres/database.ts';

/** What a transaction holds that brings late private values in. Throws a KeyFault while a rebuild is on its way. */
export async function lockForLate(trx: Trx): Promise<void> {
  if (!(await tryLockHealing(trx))) throw new KeyFault('ERR_REBUILD_RUNNING', 'try again when the rebuild is done');
  await lockFolding(trx);
}
