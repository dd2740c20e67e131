import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPeople, type PersonRow } from './readPeople.ts';
import { checkRejectedFile } from './rejectedRows.ts';

const mapping = {
  enrolmentId: 'id',
  language: 'eng',
  columns: [{ column: 'name', attribute: 'givenName', as: 'text' as const }],
};
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plinth-people-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function rowsOf(content: string | Buffer) {
  const path = join(folder, 'people.csv');
  await writeFile(path, content);
  return readAll(path);
}

async function readAll(path: string): Promise<readonly PersonRow[]> {
  const rows: PersonRow[] = [];
  for await (const row of readPeople(path, mapping)) rows.push(row);
  return rows;
}

describe('a people file', () => {
  it('is read row by row, blanks, byte order mark and foreign columns notwithstanding', async () => {
    expect(await rowsOf('\uFEFFid, name, shoe\n1, mira, 40\n2, "o, neil", \n')).toEqual([
      { line: 2, enrolmentId: '1', values: { id: '1', name: 'mira', shoe: '40' } },
      { line: 3, enrolmentId: '2', values: { id: '2', name: 'o, neil', shoe: '' } },
    ]);
  });

  it.each([
    ['without a column of the mapping', 'id,surname\n1,x\n', 'ERR_COLUMN_MISSING: the file has no column name'],
    ['with a column twice', 'id,name,name\n1,x,y\n', 'ERR_COLUMN_REPEATED: the file has twice name'],
    [
      'that is one endless row',
      `id,name\n1,"${'x'.repeat(11_000_000)}`,
      'ERR_FILE_BROKEN_LINE: CSV_MAX_RECORD_SIZE at line 2',
    ],
    ['with a line too short', 'id,name\n1,x\n2\n', 'ERR_FILE_BROKEN_LINE: CSV_RECORD_INCONSISTENT_COLUMNS at line 3'],
    ['with an open quote', 'id,name\n1,"x\n', 'ERR_FILE_BROKEN_LINE'],
    ['in another encoding', Buffer.from('id,name\n1,Ren\xe9\n', 'latin1'), 'ERR_FILE_ENCODING'],
    ['cut off inside a letter', Buffer.from([...Buffer.from('id,name\n1,Ren'), 0xc3]), 'ERR_FILE_ENCODING'],
    ['with nothing in it', '', 'ERR_FILE_EMPTY'],
    ['with a header only', 'id,name\n', 'ERR_FILE_EMPTY'],
  ])('%s is refused with a stable code', async (_state, content, message) => {
    await expect(rowsOf(content)).rejects.toThrow(message);
  });

  it('that does not exist is refused too', async () => {
    await expect(readAll(join(folder, 'none.csv'))).rejects.toThrow('ERR_FILE_NOT_FOUND');
  });
});

describe('rejected rows', () => {
  it.each([
    ['into the people file itself', () => join(folder, 'own.csv')],
    ['into the people file by another name', () => join(folder, 'link.csv')],
    ['into a folder that does not exist', () => join(folder, 'none', 'rejected.csv')],
  ])('do not go %s', async (_where, path) => {
    const own = join(folder, 'own.csv');
    await writeFile(own, 'id,name\n1,x\n');
    await rm(join(folder, 'link.csv'), { force: true });
    await symlink(own, join(folder, 'link.csv'));
    await expect(checkRejectedFile(path(), own)).rejects.toThrow('ERR_REJECTED_FILE');
    expect(await readAll(own)).toHaveLength(1);
  });
});
