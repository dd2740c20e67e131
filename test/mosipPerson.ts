const english = (value: string) => [{ language: 'eng', value }];

/** Somebody who fits MOSIP's sample schema. */
export const mosipPerson = {
  fullName: [...english('Amina Haddad'), { language: 'ara', value: 'أمينة حداد' }],
  dateOfBirth: '1984/02/29',
  gender: english('female'),
  addressLine1: english('1 Harbour Street'),
  addressLine2: english('Old Town'),
  addressLine3: english('North Quarter'),
  region: english('Coast'),
  province: english('Coast'),
  city: english('Port'),
  zone: english('1'),
  postalCode: '14022',
  phone: '0612345678',
  email: 'amina@example.org',
  proofOfIdentity: { format: 'pdf', type: 'passport', value: 'cHJvb2Y', refNumber: null },
  individualBiometrics: { format: 'cbeff', version: 1, value: 'dGVtcGxhdGU' },
};
