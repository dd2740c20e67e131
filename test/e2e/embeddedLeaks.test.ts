import { describe } from '@jest/globals';
import { describeLeaks } from './leaks.ts';

describe('on the embedded ledger', () =>
  describeLeaks({
    openPlace: (folder) => Promise.resolve({ environment: { PLINTH_DATA: folder }, options: [] }),
    stop: () => Promise.resolve(),
    database: 'postgres/civil-registry',
    publicStores: [/^ledger\/blocks\.log$/, /^postgres\/civil-registry\/data\/base\//],
    logs: [[/^gateway\.log$/, 'one machine, no fault tolerance']],
  }));
