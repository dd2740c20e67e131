import { beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import { openEntry, sealerOf, unwrapContentKey } from '#domain/seal/sealing.ts';
import {
  admission,
  channel,
  newAgencies,
  newNumber,
  newSigner,
  officerOf,
  order,
  registration,
  type Submission,
} from '#test/registry.ts';
import { newContractBed } from '#test/contractBed.ts';
import { sealedKey } from './keys.ts';

const bed = newContractBed();
const { submit, state, privateState, registryKey } = bed;
const all = newAgencies();
const civil = all['civil-registry'];
const place = { channel, stream: 'identity-1', version: 1, class: 'identification' };

const suspension = (stream: string, more: { id?: string; seen?: number } = {}): Submission =>
  order({ stream, type: 'SuspendIdentity', data: { reason: 'court-order' }, ...more }, { signer: civil.signer });

beforeEach(async () => {
  state.clear();
  privateState.clear();
  await bed.found(all);
});

describe('a registration', () => {
  it('becomes an event that names digests and never values, and a private entry that every member can open', async () => {
    const submission = registration(civil.signer, { dateOfBirth: '1815-12-10' });
    const [outcome] = await submit([submission]);
    expect(outcome).toMatchObject({
      version: 1,
      events: [{ type: 'IdentityRegistered', by: { agency: 'civil-registry', officer: civil.signer.officer } }],
    });
    const bytes = privateState.get(`identification ${sealedKey(submission.command.stream, 1)}`) ?? new Uint8Array();
    for (const { name, transport } of Object.values(all))
      expect(openEntry(bytes, unwrapContentKey(bytes, name, transport.privateKey))).toEqual(submission.disclosures);
    const publicText = [...state.values()].map((value) => Buffer.from(value).toString()).join();
    for (const canary of ['Lovelace', '1815-12-10', ...(submission.disclosures ?? [])])
      expect(publicText).not.toContain(canary);
  });

  it('is refused with a number that somebody has, in one batch and in two', async () => {
    const identityNumber = newNumber();
    const twins = [registration(civil.signer, { identityNumber }), registration(civil.signer, { identityNumber })];
    expect(await submit(twins)).toMatchObject([{ version: 1 }, { refused: 'ERR_NOT_UNIQUE', reason: 'number' }]);
    expect(await submit([registration(civil.signer, { identityNumber })])).toMatchObject([
      { refused: 'ERR_NOT_UNIQUE' },
    ]);
  });

  it('that is refused while it is being sealed leaves its values to others', async () => {
    const identityNumber = newNumber();
    const [one, other] = [
      registration(civil.signer, { identityNumber }),
      registration(civil.signer, { identityNumber }),
    ];
    expect(await submit([one], { seed: undefined })).toMatchObject([{ refused: 'ERR_DISCLOSURE_MISMATCH' }]);
    expect(await submit([other])).toMatchObject([{ version: 1 }]);
  });

  it('is refused when its private values are not those that were signed', async () => {
    const [one, other] = [registration(civil.signer), registration(civil.signer)];
    expect(await submit([{ ...one, disclosures: other.disclosures ?? [] }, { command: one.command }])).toMatchObject([
      { refused: 'ERR_DISCLOSURE_MISMATCH' },
      { refused: 'ERR_DISCLOSURE_MISMATCH' },
    ]);
  });
});

describe('a stream', () => {
  it('is a hash chain', async () => {
    const submission = registration(civil.signer);
    const { stream } = submission.command;
    const [first] = await submit([submission]);
    const [second] = await submit([suspension(stream)]);
    if (first === undefined || second === undefined || 'refused' in first || 'refused' in second)
      throw new Error('refused');
    expect(second.events[0]?.prev).toBe(sha256(canonicalJson(first.events[0])));
    expect(first.events[0]).not.toHaveProperty('prev');
  });

  it('lets later commands of a batch see what earlier ones wrote', async () => {
    const submission = registration(civil.signer);
    const { stream } = submission.command;
    expect(await submit([submission, suspension(stream), suspension(stream)])).toMatchObject([
      { version: 1 },
      { version: 2 },
      { refused: 'ERR_NOT_ACTIVE' },
    ]);
  });

  it('refuses a transaction that is older than its last event', async () => {
    const submission = registration(civil.signer);
    await submit([submission]);
    expect(await submit([suspension(submission.command.stream)], { at: '2026-01-01T00:00:00.000Z' })).toMatchObject([
      { refused: 'ERR_BACKDATED' },
    ]);
  });
});

describe('a repeated command', () => {
  it('gets its first outcome and writes nothing', async () => {
    const submission = registration(civil.signer);
    const first = await submit([submission]);
    const before = new Map(state);
    expect(await submit([submission])).toEqual(first);
    expect(state).toEqual(before);
  });

  it('is refused when the id comes with other bytes', async () => {
    const submission = registration(civil.signer);
    await submit([submission]);
    const other = suspension(submission.command.stream, { id: submission.command.id });
    expect(await submit([other])).toMatchObject([{ refused: 'ERR_COMMAND_ID_REUSED' }]);
  });

  it('is not done again after the stream has forgotten it', async () => {
    const submission = registration(civil.signer);
    const { stream } = submission.command;
    await submit([submission]);
    const first = suspension(stream, { seen: 1 });
    await submit([first]);
    for (let seen = 2; seen < 18; seen += 1) {
      const type = seen % 2 === 0 ? 'ReinstateIdentity' : 'SuspendIdentity';
      const next = order({ stream, type, data: { reason: 'review-closed' }, seen }, { signer: civil.signer });
      expect(await submit([next])).toMatchObject([{ version: seen + 1 }]);
    }
    expect(await submit([first])).toMatchObject([{ refused: 'ERR_OUTCOME_UNKNOWN' }]);
  });
});

describe('an officer', () => {
  it('counts only in the own agency', async () => {
    const foreign = registration(all['election-office'].signer);
    expect(await submit([foreign])).toMatchObject([{ refused: 'ERR_AUTHORITY_INVALID' }]);
    expect(await submit([foreign], { agency: 'election-office' })).toMatchObject([{ version: 1 }]);
  });

  it('who is removed in a batch cannot act later in it', async () => {
    const clerk = newSigner('clerk');
    const stream = 'agency-civil-registry';
    await submit([
      order({ stream, type: 'AddOfficer', data: officerOf(clerk, ['registrar']) }, { signer: civil.signer }),
    ]);
    const removal = order(
      { stream, type: 'RemoveOfficer', data: { officer: 'clerk', reason: 'end-of-service' } },
      { signer: civil.signer },
    );
    expect(await submit([registration(clerk), removal, registration(clerk)])).toMatchObject([
      { version: 1 },
      { version: 3 },
      { refused: 'ERR_AUTHORITY_INVALID' },
    ]);
  });

  it('needs the role', async () => {
    const clerk = newSigner('clerk');
    const stream = 'agency-civil-registry';
    await submit([
      order({ stream, type: 'AddOfficer', data: officerOf(clerk, ['auditor']) }, { signer: civil.signer }),
    ]);
    expect(await submit([registration(clerk)])).toMatchObject([{ refused: 'ERR_ROLE_MISSING' }]);
  });

  it('must sign: neither a missing nor a forged signature orders anything', async () => {
    const { command, disclosures } = registration(civil.signer);
    const { authority, ...unsigned } = command;
    const forged = { ...command, authority: { officer: authority?.officer ?? '', signature: 'A'.repeat(86) } };
    expect(
      await submit([
        { command: unsigned, disclosures: disclosures ?? [] },
        { command: forged, disclosures: disclosures ?? [] },
      ]),
    ).toMatchObject([{ refused: 'ERR_AUTHORITY_MISSING' }, { refused: 'ERR_AUTHORITY_INVALID' }]);
  });
});

describe('what is no command', () => {
  it.each([
    [null],
    [{}],
    [{ id: 'x' }],
    ['text'],
    [{ id: 'constructor', stream: 'identity-1', type: 'NoSuchCommand', data: {}, seen: 0 }],
  ])('is refused without failing its neighbours: %j', async (broken) => {
    const neighbour = registration(civil.signer);
    const outcomes = await submit([{ command: broken as never }, neighbour]);
    expect(outcomes).toMatchObject([
      { refused: expect.stringMatching(/^ERR_(MALFORMED|UNKNOWN_COMMAND)$/) },
      { version: 1 },
    ]);
  });
});

describe('a key that is none', () => {
  it.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ])('lets no agency in, for which nothing could be sealed: %s', async (hex) => {
    const publicKey = Buffer.from(hex, 'hex').toString('base64url');
    expect(() => sealerOf(registryKey).seal(place, [], [{ agency: 'a', key: publicKey }])).toThrow();
    const agency = { ...civil, transport: { ...civil.transport, publicKey } };
    state.clear();
    expect(await submit([admission(agency)])).toMatchObject([{ refused: 'ERR_MALFORMED' }]);
  });

  it('signs nothing, and does not fail its neighbours', async () => {
    const clerk = newSigner('clerk');
    const { x } = clerk.publicKey;
    const officer = { ...officerOf(clerk), key: { kty: 'EC', crv: 'P-256', x, y: x } };
    const addition = order(
      { stream: 'agency-civil-registry', type: 'AddOfficer', data: officer },
      { signer: civil.signer },
    );
    expect(await submit([addition, registration(clerk), registration(civil.signer)])).toMatchObject([
      { version: 2 },
      { refused: 'ERR_AUTHORITY_INVALID' },
      { version: 1 },
    ]);
  });
});

describe('a value that lies too deep', () => {
  it('is refused in public and in private, without failing its neighbours', async () => {
    const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    const data = { deep: nested(50_000) };
    const inPublic = { id: 'c', stream: 'relyingParty-x', type: 'RegisterRelyingParty', data, seen: 0 };
    const inPrivate = registration(civil.signer, { dateOfBirth: { deep: nested(100) } });
    expect(await submit([{ command: inPublic }, inPrivate, registration(civil.signer)])).toMatchObject([
      { refused: 'ERR_MALFORMED' },
      { refused: 'ERR_MALFORMED' },
      { version: 1 },
    ]);
  });
});

describe('a command that says too much in public', () => {
  it('is refused, since no entry of a log is as long', async () => {
    const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
    const languages = letters.flatMap((one) => letters.map((other) => `x${one}${other}`)).slice(0, 400);
    const name = Object.fromEntries(languages.map((language) => [language, 'x'.repeat(200)]));
    const data = {
      name,
      keys: [civil.signer.publicKey],
      intendedUses: [{ purpose: 'AgeVerification', attributes: ['dateOfBirth'] }],
    };
    const party = (of: object) =>
      order(
        { stream: 'relyingParty-x', type: 'RegisterRelyingParty', data: { ...data, ...of } },
        { signer: civil.signer },
      );
    expect(await submit([party({}), party({ name: { eng: 'X' } })])).toMatchObject([
      { refused: 'ERR_MALFORMED', reason: expect.stringContaining('bytes') },
      { version: 1 },
    ]);
  });
});

describe('a text that no store can keep', () => {
  it.each(['a\u0000b', '\ud800'])('is refused in public and in private: %j', async (text) => {
    const data = {
      name: { eng: text },
      keys: [civil.signer.publicKey],
      intendedUses: [{ purpose: 'ServiceProvision', attributes: ['a'] }],
    };
    const inPublic = { id: 'c', stream: 'relyingParty-x', type: 'RegisterRelyingParty', data, seen: 0 };
    const inPrivate = registration(civil.signer, { surname: [{ language: 'eng', value: text }] });
    expect(await submit([{ command: inPublic }, inPrivate])).toMatchObject([
      { refused: 'ERR_MALFORMED' },
      { refused: 'ERR_MALFORMED' },
    ]);
  });
});
