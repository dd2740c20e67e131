import { describe, expect, it } from '@jest/globals';
import { agreedHash } from '#chaincode/sources.ts';
import { chaincodePackage } from './chaincodePackage.ts';
import { channelConfig, outOf } from './channelConfig.ts';
import { collectionConfigs } from './collections.ts';
import { connectionOf } from './connection.ts';
import { describeNetwork } from './describe.ts';
import { isNewEnough } from './goTools.ts';
import { membersOf } from './keys.ts';
import { layoutOf } from './layout.ts';
import { ordererConfig } from './ordererConfig.ts';
import { peerConfig } from './peerConfig.ts';
import { statusPage } from './statusPage.ts';

const peers = ['civil-registry', 'election-office', 'social-protection'];
const options = {
  directory: '/network',
  repository: '/repository',
  agencies: [...peers.map((name) => ({ name, peer: true })), { name: 'audit-office', peer: false }],
  classes: { contact: { members: peers } },
  endorsement: { agencies: peers, required: 2 },
};
const description = await describeNetwork(options);
const first = description.agencies[0];
const firstPeer = first?.peer;
const firstOrderer = first?.orderer;
if (first === undefined || firstPeer === undefined || firstOrderer === undefined)
  throw new Error('the first agency has a peer and an orderer');

describe('the description of a network', () => {
  it('gives every server a port of its own on this machine', () => {
    const addresses = description.agencies.flatMap(({ orderer, peer, chaincodes }) => [
      ...(orderer === undefined ? [] : [orderer.address, orderer.admin, orderer.operations]),
      ...(peer === undefined ? [] : [peer.address, peer.operations, peer.chaincodeListener]),
      ...Object.values(chaincodes).map(({ address }) => address),
    ]);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addresses.every((address) => /^127\.0\.0\.1:\d+$/.test(address))).toBe(true);
  });

  it('offers an agency its own peer first and the others after it', () => {
    const { peers: offered } = connectionOf(description, 'election-office');
    expect(offered.map(({ agency }) => agency)).toEqual(['election-office', 'civil-registry', 'social-protection']);
  });

  it('offers the peers of others to an agency that has none', () => {
    expect(connectionOf(description, 'audit-office').peers).toHaveLength(3);
  });
});

describe('the channel', () => {
  const text = JSON.stringify(channelConfig('/network', description));

  it('is ordered by all four agencies', () => {
    expect(text.match(/"MSPID"/g)).toHaveLength(4);
    expect(text).toContain('"OrdererType":"BFT"');
  });

  it('takes its definitions from a majority of the agencies that endorse', () => {
    expect(text).toContain(`"LifecycleEndorsement":{"Type":"Signature","Rule":"${outOf(2, peers, 'peer')}"}`);
  });
});

describe('the nodes', () => {
  it('are never pinged into ending a Node chaincode', () => {
    expect(peerConfig('/network', first.name, firstPeer)).toMatchObject({ chaincode: { keepalive: 0 } });
  });

  it('refuse a transaction whose clock is two minutes off', () => {
    const filters = { authFilters: expect.arrayContaining([{ name: 'TimeWindowCheck' }]) };
    const peer = { authentication: { timewindow: '2m' }, handlers: filters };
    expect(peerConfig('/network', first.name, firstPeer)).toMatchObject({ peer });
  });

  it("allow the pings that Fabric's own clients send", () => {
    const orderer = ordererConfig('/network', first.name, firstOrderer);
    expect(orderer).toMatchObject({ General: { Keepalive: { ServerMinInterval: '5s' } } });
  });

  it('get a certificate where they are', () => {
    const layout = layoutOf('/network').agency('audit-office');
    const kinds = membersOf({ peer: false, orderer: true }, layout).map(({ kind }) => kind);
    expect(kinds).toEqual(['client', 'admin', 'client', 'orderer']);
  });
});

describe('a private collection', () => {
  it('is read and held by the members of its class alone, and can be purged by all', () => {
    const classes = { contact: { members: ['civil-registry', 'election-office'] } };
    const policy = "OutOf(1,'civil-registry.member','election-office.member')";
    const collection = { name: 'contact', policy, memberOnlyRead: true, memberOnlyWrite: false, maxPeerCount: 1 };
    expect(collectionConfigs(classes)).toMatchObject([collection]);
  });
});

describe('a chaincode package', () => {
  it('is the same bytes every time, so that agencies approve the same id', async () => {
    const [one, two] = await Promise.all([chaincodePackage('registry', 'ab'), chaincodePackage('registry', 'ab')]);
    expect(one.bytes.equals(two.bytes)).toBe(true);
  });

  it('names the code it stands for', async () => {
    const hash = '0123456789abcdef'.repeat(4);
    const { label } = await chaincodePackage('registry', hash);
    expect(agreedHash(`${label}:package`)).toBe(hash);
  });
});

describe('a Go release', () => {
  it('can build Fabric from 1.26 on', () => {
    expect(['go1.26', 'go1.26.8\n', 'go1.30', 'go2.0'].every(isNewEnough)).toBe(true);
    expect(['go1.25.9', 'go1.9', '', 'devel'].some(isNewEnough)).toBe(false);
  });
});

describe('the status', () => {
  const node = { address: '127.0.0.1:1', running: true, height: 9 };
  const hash = '0123456789abcdef'.repeat(4);
  const status = {
    agencies: [
      { agency: 'civil-registry', orderer: node, peer: { ...node, height: 6 }, certificate: { days: 300, of: 'peer' } },
      {
        agency: 'audit-office',
        orderer: { address: '127.0.0.1:2', running: false },
        certificate: { days: 20, of: 'orderer' },
      },
    ],
    endorsement: { agencies: peers, required: 2 },
    agreed: { sequence: 2, version: hash, approvals: { 'civil-registry': true, 'election-office': false } },
    sources: hash,
  };

  it('says at a glance what is down, behind or about to expire', () => {
    const page = statusPage(status);
    expect(page).toMatch(/civil-registry +up 127\.0\.0\.1:1 +up 127\.0\.0\.1:1 3 BEHIND +- +- +300 days/);
    expect(page).toMatch(/audit-office +DOWN 127\.0\.0\.1:2 +- +- +- +RENEW: 20 days \(orderer\)/);
    expect(statusPage({ ...status, agencies: [{ agency: 'x', certificate: { days: -1, of: 'peer' } }] })).toContain(
      'EXPIRED',
    );
  });

  it('says which code was agreed on by whom, and whether the sources at hand are that code', () => {
    expect(statusPage(status)).toContain('chaincode   0123456789abcdef, as the sources here');
    expect(statusPage(status)).toContain('agreed by   civil-registry (definition 2)');
    expect(statusPage({ ...status, sources: 'f'.repeat(64) })).toContain(
      'the sources here are ffffffffffffffff: upgrade',
    );
    const { agencies, endorsement, sources } = status;
    expect(statusPage({ agencies, endorsement, sources })).toContain('no peer says');
  });
});
