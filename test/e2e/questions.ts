// What the people of the journey say to a gateway, as the README's tour does.
export const register = `mutation ($enrolment: String!, $attributes: IdentificationInput!) {
  registerIdentity(enrolmentId: $enrolment, attributes: $attributes) {
    __typename ... on Registered { id number version } ... on Refused { code reason }
  }
}`;
export const consent = `mutation ($until: Instant!) {
  giveConsent(party: "clinic", purpose: ServiceProvision, validUntil: $until, claims: [
    { attribute: givenName, essential: true, accepted: true }
    { attribute: surname, accepted: false }
  ]) { __typename ... on Receipt { id } ... on Refused { code reason } }
}`;
export const withdraw = `mutation ($id: ID!) {
  withdrawConsent(id: $id) { __typename ... on Receipt { id version } ... on Refused { code reason } }
}`;
export const question = `query ($number: String!) {
  identity(by: { number: $number }, purpose: ServiceProvision, claims: [
    { attribute: givenName } { attribute: surname } { attribute: addressLine1 }
  ]) {
    __typename
    ... on Released { attributes { givenName surname addressLine1 } withheld { attribute reason } accessId signature }
    ... on Refused { code }
  }
}`;
export const myAccesses = `{ me { attributes { givenName } accesses(first: 10) { edges { node { accessId party decision released } } } } }`;
export const history = `query ($stream: String!) {
  history(stream: $stream, first: 10) { edges { node { type version agency officer hash previousHash data digests } } }
}`;
export const intact = 'query ($stream: String!) { streamIntact(stream: $stream) { intact events } }';
export const newestBlock = 'query ($stream: String!) { stream(stream: $stream) { block } }';
export const myConsents = `query ($asOf: AsOfInput) {
  me(asOf: $asOf) { attributes { givenName } consents { edges { node { id status } } } }
}`;
export const difference = `query ($stream: String!, $from: AsOfInput!) {
  streamDifference(stream: $stream, from: $from) { changes { path before after } facts { edges { node { type agency } } } }
}`;
export const newestWithdrawal = `{ timeline(filter: { types: [ConsentWithdrawn] }, last: 1) { edges { node { stream } } } }`;
