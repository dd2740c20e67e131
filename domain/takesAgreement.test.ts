import { describe, expect, it } from '@jest/globals';
import { takesAgreement } from './takesAgreement.ts';

describe('what takes a second agency', () => {
  it('is what could ruin a life, whatever it carries', () => {
    expect(takesAgreement('RecordDeath')).toBe(true);
    expect(takesAgreement('EraseIdentity')).toBe(true);
  });
  it('is a correction of what identifies a person, and no other', () => {
    expect(takesAgreement('CorrectAttributes', 'identification')).toBe(true);
    expect(takesAgreement('CorrectAttributes', 'contact')).toBe(false);
  });
  it('is neither everyday work nor agreement itself', () => {
    for (const type of ['SuspendIdentity', 'GiveConsent', 'ApproveProposal']) expect(takesAgreement(type)).toBe(false);
  });
});
