import { describe } from '@jest/globals';
import { settingsOf } from '#cli/settings.ts';
import { describeErasedPerson } from './erasure.ts';

describe('on the embedded ledger', () =>
  describeErasedPerson(() =>
    Promise.resolve({
      settingsIn: (folder) => settingsOf({ ledger: 'embedded' }, { PLINTH_DATA: folder, PORT: '0' }),
      placeOf: ({ dataFolder }) => ({ environment: { PLINTH_DATA: dataFolder }, options: [] }),
      clear: () => Promise.resolve(),
    }),
  ));
