import * as z from 'zod';

// A configuration in the JSON of configtxlator: only what we change has a name here, the rest goes through as it came.
const Policy = z.looseObject({ policy: z.looseObject({ value: z.unknown() }) });
const Member = z.looseObject({ values: z.record(z.string(), z.looseObject({ value: z.unknown() })) });
const MspValue = z.looseObject({ config: z.looseObject({ revocation_list: z.array(z.string()) }) });
const Group = z.looseObject({
  groups: z.record(z.string(), Member),
  policies: z.record(z.string(), Policy),
  values: z.record(z.string(), z.looseObject({ value: z.unknown() })),
});
/** What a configuration says of all who take part, or of all who order. */
export type Group = z.infer<typeof Group>;

/** The configuration of a channel. */
export const ChannelConfig = z.looseObject({
  sequence: z.coerce.number(),
  channel_group: z.looseObject({ groups: z.looseObject({ Application: Group, Orderer: Group }) }),
});
export type ChannelConfig = z.infer<typeof ChannelConfig>;

/** What an update makes of the configuration. */
export type Change = (config: ChannelConfig) => ChannelConfig;

/** The configuration with one of its two groups changed. */
export function changed(
  config: ChannelConfig,
  name: 'Application' | 'Orderer',
  change: (group: Group) => Group,
): ChannelConfig {
  const { channel_group: channel } = config;
  const groups = { ...channel.groups, [name]: change(channel.groups[name]) };
  return { ...config, channel_group: { ...channel, groups } };
}

/** Takes an agency in that is not there yet; `member` is what configtxgen prints of it. */
export function withMember(agency: string, member: unknown): Change {
  return (config) => changed(config, 'Application', (group) => including(group, agency, member));
}

/** The group with an agency that may be there already. */
export function including(group: Group, agency: string, member: unknown): Group {
  return { ...group, groups: { [agency]: Member.parse(member), ...group.groups } };
}

/** Leaves an agency out. */
export function withoutMember(agency: string): Change {
  return (config) => changed(config, 'Application', (group) => excluding(group, agency));
}

/** The group without an agency. */
export function excluding(group: Group, agency: string): Group {
  const staying = Object.entries(group.groups).filter(([name]) => name !== agency);
  return { ...group, groups: Object.fromEntries(staying) };
}

/** Says at which peer the others find an agency's. */
export function withAnchorPeer(agency: string, peer: { readonly host: string; readonly port: number }): Change {
  const anchor = { mod_policy: 'Admins', value: { anchor_peers: [peer] }, version: '0' };
  return (config) =>
    changed(config, 'Application', (group) =>
      withValue(group, agency, (values) => ({
        ...values,
        AnchorPeers: { ...anchor, version: values['AnchorPeers']?.['version'] ?? '0' },
      })),
    );
}

/** Says whose agreement takes a definition of a chaincode: a majority of these. */
export function withEndorsers(agencies: readonly string[]): Change {
  const value = signaturePolicy(Math.floor(agencies.length / 2) + 1, agencies);
  const renewed = (policies: Group['policies'], name: string) => ({
    [name]: { ...policies[name], policy: { ...policies[name]?.policy, value } },
  });
  return (config) =>
    changed(config, 'Application', ({ policies, ...group }) => ({
      ...group,
      policies: { ...policies, ...renewed(policies, 'Endorsement'), ...renewed(policies, 'LifecycleEndorsement') },
    }));
}

function signaturePolicy(required: number, agencies: readonly string[]): object {
  const identities = agencies.map((agency) => ({
    principal: { msp_identifier: agency, role: 'PEER' },
    principal_classification: 'ROLE',
  }));
  const rules = agencies.map((_, index) => ({ signed_by: index }));
  return { identities, rule: { n_out_of: { n: required, rules } }, version: 0 };
}

/** Puts an agency's list of revoked certificates (PEM) in the place of the one before, wherever the agency stands. */
export function withRevocations(agency: string, list: string): Change {
  const renew = (group: Group): Group =>
    group.groups[agency] === undefined
      ? group
      : withValue(group, agency, (values) => {
          const msp = MspValue.parse(values['MSP']?.value);
          const config = { ...msp.config, revocation_list: [Buffer.from(list).toString('base64')] };
          return { ...values, MSP: { ...values['MSP'], value: { ...msp, config } } };
        });
  return (config) => changed(changed(config, 'Application', renew), 'Orderer', renew);
}

type Values = z.infer<typeof Member>['values'];

function withValue(group: Group, agency: string, change: (values: Values) => Values): Group {
  const member = group.groups[agency];
  if (member === undefined) throw new Error(`no agency ${agency} on the channel`);
  return { ...group, groups: { ...group.groups, [agency]: { ...member, values: change(member.values) } } };
}
