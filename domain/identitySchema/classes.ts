/** The class every registration fills: who the person is, with the identity number. */
export const identificationClass = 'identification';

/** The class of consents' terms; no attribute of a person lies in it. */
export const consentClass = 'consent';
