import { describe, expect, it } from '@jest/globals';
import type { Report } from '#ledger/verify/report.ts';
import { verifyBlocks } from '#ledger/verify/verifyBlocks.ts';
import { eventually } from '#test/eventually.ts';
import { agencies, newNumber, registration, type AgencyName } from '#test/registry.ts';
import { readBlocks } from './blockBytes.ts';
import { civil, type Office } from './office.ts';

export function describeAudit(office: Office): void {
  describe('an audit of everything that happened', () => {
    it('finds every block of every agency good, a conflict included, and the same for all', async () => {
      await conflict(office);
      const reports = await eventually(() => auditAll(office));
      for (const report of reports) expect(report).not.toHaveProperty('fault');
      const [first] = reports;
      expect(first?.valid).toBeLessThan(first?.transactions ?? 0);
      expect(first?.events).toBeGreaterThan(0);
    });

    it('names the first block in which a bit was changed', async () => {
      const last = (await readBlocks(office.bed().ledger('civil-registry'))).length - 1;
      for (const number of [0, 1, Math.floor(last / 2), last]) {
        const { fault } = await audit(office, 'civil-registry', number);
        expect(fault?.block).toBe(number);
      }
    });
  });
}

/** Two transactions take one number; the second does not count. */
async function conflict(office: Office): Promise<void> {
  const twins = { identityNumber: newNumber() };
  const transactor = office.bed().transactor('civil-registry');
  const endorsed = await Promise.all([1, 2].map(() => transactor.endorse([registration(civil.signer, twins)])));
  const codes = await Promise.all(endorsed.map(async (each) => (await each.commit()).code));
  expect(codes.sort()).toEqual([0, 11]);
}

/** What every agency's own ledger holds; one may be a block behind the others. */
async function auditAll(office: Office): Promise<readonly Report[]> {
  const reports = await Promise.all(agencies.map((agency) => audit(office, agency)));
  expect(new Set(reports.map(({ last }) => last)).size).toBe(1);
  return reports;
}

/** Verifies what an agency's ledger says, with one bit of one block changed where a number is given. */
async function audit(office: Office, agency: AgencyName, changed?: number): Promise<Report> {
  const blocks = await readBlocks(office.bed().ledger(agency));
  async function* each(): AsyncGenerator<Uint8Array> {
    for (const [number, { bytes }] of blocks.entries())
      yield await Promise.resolve(number === changed ? flip(bytes) : bytes);
  }
  return verifyBlocks(each());
}

function flip(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const middle = Math.floor(bytes.length / 2);
  changed.writeUInt8(changed.readUInt8(middle) ^ 1, middle);
  return changed;
}
