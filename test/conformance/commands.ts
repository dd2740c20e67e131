import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '#domain/seal/canonical.ts';
import { sha256 } from '#domain/seal/digest.ts';
import type { Submission } from '#ledger/ledger.ts';
import { eventually } from '#test/eventually.ts';
import { order, registration } from '#test/registry.ts';
import { readBlocks } from './blockBytes.ts';
import { all, civil, codeOf, standing, suspension, type Office } from './office.ts';

export function describeCommands(office: Office): void {
  describe('a command', () => {
    it('becomes a fact that every agency reads alike', async () => {
      const stream = await office.registered();
      const facts = await office.history(stream);
      expect(facts).toMatchObject([{ type: 'IdentityRegistered', version: 1, by: { agency: 'civil-registry' } }]);
      await eventually(async () => expect(await office.history(stream, 'election-office')).toEqual(facts));
      const head = await office.bed().ledger('civil-registry').head(stream);
      expect(head).toMatchObject({ version: 1, hash: sha256(canonicalJson(facts[0])) });
    });

    it('that the registry does not know is refused, and so is what is no command at all', async () => {
      const stream = await office.registered();
      const answers = await office.submitAll(nonsense(stream));
      expect(answers.map(codeOf)).toEqual([
        ...['ERR_UNKNOWN_COMMAND', 'ERR_UNKNOWN_COMMAND', 'ERR_MALFORMED', 'ERR_MALFORMED', 'ERR_NOT_FOUND'],
      ]);
      expect(await office.history(stream)).toHaveLength(1);
    });

    it('is refused inside a batch without harm to its neighbours, and leaves no trace in any block', async () => {
      const [one, refused, other] = [registration(civil.signer), suspension('identity-no'), registration(civil.signer)];
      expect((await office.submitAll([one, refused, other])).map(codeOf)).toEqual(['', 'ERR_NOT_FOUND', '']);
      const blocks = await readBlocks(office.bed().ledger('civil-registry'));
      const naming = ({ command }: Submission) => blocks.filter(({ bytes }) => bytes.includes(command.id)).length;
      expect([one, refused, other].map(naming)).toEqual([1, 0, 1]);
    });
  });
}

export function describeWriters(office: Office): void {
  describe('a stream with several writers', () => {
    it('takes them one after another and stays a hash chain', async () => {
      const stream = await office.registered();
      const writers = Object.values(all);
      const answers = await Promise.all(
        writers.map((agency) => office.submit(suspension(stream, { seen: 1 }, agency), agency.name)),
      );
      expect(answers.map(codeOf).sort()).toEqual(['', 'ERR_NOT_ACTIVE', 'ERR_NOT_ACTIVE']);
      await eventually(async () => expect(await office.history(stream)).toHaveLength(2));
      const [first, second] = await office.history(stream);
      expect(second?.prev).toBe(sha256(canonicalJson(first)));
    });
  });
}

function nonsense(stream: string): readonly Submission[] {
  const { signer } = civil;
  return [
    order({ stream, type: 'EraseEverything', data: {} }, { signer }),
    order({ stream: 'castle-1', type: 'SuspendIdentity', data: { reason: 'court-order' } }, { signer }),
    order({ stream, type: 'SuspendIdentity', data: { reason: 'court-order', extra: 1 } }, { signer }),
    { command: { ...suspension(stream).command, seen: -1 } },
    suspension('identity-never-registered'),
  ];
}

export function describeRepeats(office: Office): void {
  describe('a repeated command', () => {
    it('gets its first outcome, and nothing happens twice', async () => {
      const submission = registration(civil.signer);
      const first = standing(await office.submit(submission));
      const { block, ...second } = standing(await office.submit(submission));
      expect(second).toEqual({ version: first.version, events: first.events });
      expect(block).toBeGreaterThanOrEqual(first.block);
      expect(await office.history(submission.command.stream)).toHaveLength(1);
    });

    it('is not done again after its stream has forgotten it', async () => {
      const stream = await office.registered();
      const first = suspension(stream, { seen: 1 });
      const turns = Array.from({ length: 16 }, (_, index) => {
        const type = index % 2 === 0 ? 'ReinstateIdentity' : 'SuspendIdentity';
        return order({ stream, type, data: { reason: 'review-closed' }, seen: index + 2 }, { signer: civil.signer });
      });
      (await office.submitAll([first, ...turns])).forEach(standing);
      expect(codeOf(await office.submit(first))).toBe('ERR_OUTCOME_UNKNOWN');
      expect(await office.history(stream)).toHaveLength(18);
    });

    it('is refused when its id comes with other bytes', async () => {
      const submission = registration(civil.signer);
      const { id, stream } = submission.command;
      standing(await office.submit(submission));
      expect(codeOf(await office.submit(suspension(stream, { id })))).toBe('ERR_COMMAND_ID_REUSED');
    });
  });
}
