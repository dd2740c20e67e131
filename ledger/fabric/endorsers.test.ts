import { describe, expect, it } from '@jest/globals';
import type { Submission } from '../ledger.ts';
import { EndorsementFailed } from '../transactor.ts';
import type { FabricConnection } from './connection.ts';
import { agenciesThatMaySee, Endorsers } from './endorsers.ts';
import { openFabricLedger } from './openFabricLedger.ts';

const agencies = ['civil-registry', 'election-office', 'social-protection'];
const connection: FabricConnection = {
  channel: 'plinth',
  chaincode: 'registry',
  agency: 'civil-registry',
  client: { certificate: '', key: '' },
  peers: [],
  endorsement: { agencies, required: 2 },
  classes: {
    identification: { members: agencies },
    contact: { members: ['civil-registry', 'election-office'] },
    health: { members: ['election-office', 'social-protection'] },
  },
};

function submission(sealedClass?: string): Submission {
  const command = { id: 'one', stream: 'identity-one', type: 'RecordAttributes', data: {}, seen: 1 };
  if (sealedClass === undefined) return { command };
  return { command: { ...command, sealed: { class: sealedClass, digests: [] } }, disclosures: ['a value'] };
}

describe('a batch without private values', () => {
  it('may be seen by every agency that endorses', () => {
    expect(agenciesThatMaySee(connection, [submission()])).toEqual(agencies);
  });
});

describe('a batch with private values', () => {
  it('is shown to members of its class alone', () => {
    expect(agenciesThatMaySee(connection, [submission(), submission('contact')])).not.toContain('social-protection');
  });

  it('is shown only to members of every class in it', () => {
    const batch = [submission('identification'), submission('contact')];
    expect(agenciesThatMaySee(connection, batch)).toEqual(['civil-registry', 'election-office']);
  });

  it('is not sent at all by an agency that is no member', () => {
    expect(() => agenciesThatMaySee(connection, [submission('health')])).toThrow(EndorsementFailed);
  });

  it('is refused before anything is asked when its class is unknown or of others', async () => {
    const ledger = openFabricLedger(connection);
    await expect(ledger.submit(submission('health'))).resolves.toMatchObject({ refused: 'ERR_CLASS_UNKNOWN' });
    await expect(ledger.submit(submission('unheard-of'))).resolves.toMatchObject({ refused: 'ERR_CLASS_UNKNOWN' });
    await ledger.close();
  });
});

describe('the choice of endorsers', () => {
  it('takes the own agency and spreads the work over the others', () => {
    const endorsers = new Endorsers(connection);
    const chosen = [endorsers.choose(agencies), endorsers.choose(agencies)];
    expect(chosen.every((each) => each.length === 2 && each[0] === 'civil-registry')).toBe(true);
    expect(new Set(chosen.map((each) => each[1])).size).toBe(2);
  });

  it('does without an agency that has failed while there are enough others', () => {
    const endorsers = new Endorsers(connection);
    expect(endorsers.failed(['civil-registry'], agencies)).toBe(true);
    expect([...endorsers.choose(agencies)].sort()).toEqual(['election-office', 'social-protection']);
  });

  it('has no other choice when too few are left', () => {
    const endorsers = new Endorsers(connection);
    expect(endorsers.failed(['civil-registry', 'election-office'], agencies)).toBe(false);
    expect(endorsers.choose(agencies)).toHaveLength(2);
  });
});
