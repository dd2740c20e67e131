import { describe, expect, it } from '@jest/globals';
import { permissionFor } from './permissions.ts';
import { Refusal } from './refusal.ts';

describe('who may give a command', () => {
  it.each([
    ['RegisterIdentity', 'registrar'],
    ['RecordAttributes', 'registrar'],
    ['CorrectAttributes', 'registrar'],
    ['SuspendIdentity', 'registrar'],
    ['ReinstateIdentity', 'registrar'],
    ['RecordDeath', 'registrar'],
    ['DeactivateIdentity', 'adjudicator'],
    ['RegisterRelyingParty', 'partner-manager'],
    ['ApproveRelyingParty', 'partner-manager'],
    ['SuspendRelyingParty', 'partner-manager'],
    ['AssignSharingPolicy', 'partner-manager'],
    ['PublishSharingPolicy', 'policy-manager'],
    ['RetireSharingPolicy', 'policy-manager'],
    ['PublishIdentitySchema', 'policy-manager'],
    ['AddOfficer', 'administrator'],
    ['RemoveOfficer', 'administrator'],
  ])('%s: an officer who is %s', (type, role) => {
    expect(permissionFor(type)).toEqual({ by: 'officer', role });
  });

  it.each(['GiveConsent', 'WithdrawConsent', 'AdmitAgency'])('%s: the node', (type) => {
    expect(permissionFor(type)).toEqual({ by: 'node' });
  });

  it.each(['EraseEverything', 'constructor', ''])('%p: nobody', (type) => {
    expect(() => permissionFor(type)).toThrow(Refusal);
    expect(() => permissionFor(type)).toThrow(/^ERR_UNKNOWN_COMMAND/);
  });
});
