import { describe, expect, it } from '@jest/globals';
import { permissionFor } from './permissions.ts';
import { Refusal } from './refusal.ts';

describe('who may give a command', () => {
  it.each([
    ['RegisterIdentity', 'registrar'],
    ['RecordAttributes', 'registrar'],
    ['SuspendIdentity', 'registrar'],
    ['ReinstateIdentity', 'registrar'],
    ['BindPersonKey', 'registrar'],
    ['EraseConsent', 'adjudicator'],
    ['RegisterRelyingParty', 'partner-manager'],
    ['ApproveRelyingParty', 'partner-manager'],
    ['SuspendRelyingParty', 'partner-manager'],
    ['AssignSharingPolicy', 'partner-manager'],
    ['RetireSharingPolicy', 'policy-manager'],
    ['AddOfficer', 'administrator'],
    ['RemoveOfficer', 'administrator'],
    ['RotateTransportKey', 'administrator'],
    ['RotateLogKey', 'administrator'],
    ['RotateNodeKey', 'administrator'],
  ])('%s: an officer who is %s', (type, role) => {
    expect(permissionFor(type)).toEqual({ by: 'officer', role });
  });

  it.each([
    ['RecordDeath', 'registrar'],
    ['DeactivateIdentity', 'adjudicator'],
    ['MergeIdentity', 'adjudicator'],
    ['SplitIdentity', 'adjudicator'],
    ['EraseIdentity', 'adjudicator'],
    ['RecoverPersonKey', 'registrar'],
    ['PublishSharingPolicy', 'policy-manager'],
    ['PublishIdentitySchema', 'policy-manager'],
    ['HandOverKeys', 'administrator'],
    ['RemoveAgency', 'administrator'],
  ])('%s: an officer who is %s, once a second agency has agreed', (type, role) => {
    expect(permissionFor(type)).toEqual({ by: 'officer', role, agreement: 'always' });
  });

  it('CorrectAttributes: a registrar, and for what identifies a person a second agency', () => {
    expect(permissionFor('CorrectAttributes')).toEqual({
      by: 'officer',
      role: 'registrar',
      agreement: 'identification',
    });
  });

  it('AdmitAgency: the node, and once the registry is founded a second agency', () => {
    expect(permissionFor('AdmitAgency')).toEqual({ by: 'node', agreement: 'once founded' });
  });

  it.each(['Propose', 'ApproveProposal', 'RejectProposal', 'WithdrawProposal'])(
    '%s: an officer with the role that the proposed order takes',
    (type) => {
      expect(permissionFor(type)).toEqual({ by: 'agreeing officer' });
    },
  );

  it.each(['GiveConsent', 'WithdrawConsent', 'ExpireConsent', 'AnchorTree'])('%s: the node', (type) => {
    expect(permissionFor(type)).toEqual({ by: 'node' });
  });

  it.each(['EraseEverything', 'constructor', ''])('%p: nobody', (type) => {
    expect(() => permissionFor(type)).toThrow(Refusal);
    expect(() => permissionFor(type)).toThrow(/^ERR_UNKNOWN_COMMAND/);
  });
});
