import type { NumberRules } from '#domain/identity/number.ts';

/** Ten digits under all of MOSIP's filters. */
export const mosipRules: NumberRules = {
  attribute: 'identityNumber',
  length: 10,
  notStartingWith: ['0', '1'],
  sequenceLimit: 3,
  repeatingLimit: 2,
  repeatingBlockLimit: 2,
  evenRunLimit: 3,
  mirrorLength: 5,
  restricted: ['786', '666'],
  refuseCyclic: true,
};

/** Ten digits and no filter. */
export const plainRules: NumberRules = {
  attribute: 'identityNumber',
  length: 10,
  notStartingWith: [],
  sequenceLimit: 0,
  repeatingLimit: 0,
  repeatingBlockLimit: 0,
  evenRunLimit: 0,
  mirrorLength: 0,
  restricted: [],
  refuseCyclic: false,
};
