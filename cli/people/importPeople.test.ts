import { describe, expect, it } from '@jest/globals';
import { loadCountry } from '#country/loadCountry.ts';
import { createAttributeCheck } from '#gateway/offices/attributeCheck.ts';
import type { Enrol } from './enrol.ts';
import { importPeople, type RowResult } from './importPeople.ts';
import type { PersonRow } from './readPeople.ts';

const country = await loadCountry('demo');
const { importMapping: mapping } = country;
if (mapping === undefined) throw new Error('the demo pack has a mapping');

async function resultsOf(rows: readonly PersonRow[], enrol: Enrol): Promise<readonly RowResult[]> {
  const results: RowResult[] = [];
  const onResult = (_row: PersonRow, result: RowResult) => void results.push(result);
  const check = createAttributeCheck(country);
  await importPeople(each(rows), { country, mapping: mapping ?? failed(), check, enrol, onResult, concurrency: 3 });
  return results;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

function failed(): never {
  throw new Error('no mapping');
}

const row = (enrolmentId: string, values: Readonly<Record<string, string>> = {}): PersonRow => ({
  line: 2,
  enrolmentId,
  values,
});
const accepting: Enrol = () => Promise.resolve({ kind: 'accepted' });

describe('a row of a people file', () => {
  it('becomes attributes of the country, dates in ISO form, empty columns left out', async () => {
    const enrolled: unknown[] = [];
    const enrol: Enrol = (...person) => {
      enrolled.push(person);
      return accepting(...person);
    };
    await resultsOf(
      [row('rec-1', { given_name: 'mira', surname: '', postcode: '4011', date_of_birth: '19081209' })],
      enrol,
    );
    expect(enrolled).toEqual([
      ['rec-1', { givenName: [{ language: 'eng', value: 'mira' }], postcode: '4011', dateOfBirth: '1908-12-09' }],
    ]);
  });

  it.each([
    [
      'an impossible date',
      row('rec-1', { date_of_birth: '19371233' }),
      'ERR_ATTRIBUTE_INVALID:format',
      'date_of_birth',
    ],
    ['a wrong postcode', row('rec-1', { postcode: '40' }), 'ERR_ATTRIBUTE_INVALID:pattern', 'postcode'],
    ['no enrolment id', row(''), 'ERR_MALFORMED', 'rec_id'],
  ])('with %s is rejected with reason and column, and reaches no ledger', async (_what, person, code, column) => {
    const unreached: Enrol = () => Promise.reject(new Error('reached the ledger'));
    expect(await resultsOf([person], unreached)).toEqual([{ kind: 'rejected', code, column }]);
  });

  it('is rejected when its enrolment id came before in the same file', async () => {
    const results = await resultsOf([row('rec-1'), row('rec-1')], accepting);
    expect(results).toContainEqual({ kind: 'rejected', code: 'ERR_NOT_UNIQUE', column: 'rec_id' });
    expect(results).toHaveLength(2);
  });

  it('carries the refusal of the ledger', async () => {
    const enrol: Enrol = () => Promise.resolve({ kind: 'refused', code: 'ERR_NOT_UNIQUE', reason: 'handle-email' });
    expect(await resultsOf([row('rec-1')], enrol)).toEqual([{ kind: 'rejected', code: 'ERR_NOT_UNIQUE', column: '' }]);
  });
});
