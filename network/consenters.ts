import * as z from 'zod';
import { changed, excluding, including, type Change, type Group } from './channelGroups.ts';

const Consenter = z.looseObject({ id: z.number().default(0), msp_id: z.string(), identity: z.string() });
type Consenter = z.infer<typeof Consenter>;
const ConsentersValue = z.looseObject({ consenter_mapping: z.array(Consenter) });

/** Certificates (PEM) of an orderer. */
type Certificates = { readonly identity: string; readonly tls: string };

/** An orderer that is to take part: where it listens, and what the channel is told of its agency. */
type NewOrderer = Certificates & { readonly host: string; readonly port: number; readonly member: unknown };

/** Puts new certificates of an agency's orderer in the place of the ones before. */
export function withConsenter(agency: string, own: Certificates): Change {
  return changeConsenters((mapping) =>
    mapping.map((each) => (each.msp_id === agency ? { ...each, ...certificates(own) } : each)),
  );
}

/** Has an agency's orderer take part in ordering. */
export function withOrderer(agency: string, { host, port, member, ...own }: NewOrderer): Change {
  const join = changeConsenters((mapping) =>
    mapping.some((each) => each.msp_id === agency)
      ? mapping
      : [...mapping, { id: nextId(mapping), host, port, msp_id: agency, ...certificates(own) }],
  );
  return (config) => join(changed(config, 'Orderer', (group) => including(group, agency, member)));
}

/** Has an agency's orderer take part no more. */
export function withoutOrderer(agency: string): Change {
  const leave = changeConsenters((mapping) => mapping.filter((each) => each.msp_id !== agency));
  return (config) => leave(changed(config, 'Orderer', (group) => excluding(group, agency)));
}

function changeConsenters(change: (mapping: readonly Consenter[]) => readonly Consenter[]): Change {
  return (config) => changed(config, 'Orderer', (group) => withMapping(group, change));
}

// Who orders is written down twice: the orderers refuse a list that their policy for blocks does not repeat.
function withMapping(
  { values, policies, ...group }: Group,
  change: (mapping: readonly Consenter[]) => readonly Consenter[],
): Group {
  const consenters = ConsentersValue.parse(values['Orderers']?.value);
  const mapping = change(consenters.consenter_mapping);
  const validation = policies['BlockValidation'];
  return {
    ...group,
    values: { ...values, Orderers: { ...values['Orderers'], value: { ...consenters, consenter_mapping: mapping } } },
    policies: {
      ...policies,
      BlockValidation: { ...validation, policy: { ...validation?.policy, value: quorumOf(mapping) } },
    },
  };
}

/** The policy that a block needs the signatures of so many of these that two such sets always share an honest one. */
function quorumOf(mapping: readonly Consenter[]): object {
  const faulty = Math.floor((mapping.length - 1) / 3);
  const needed = Math.ceil((mapping.length + faulty + 1) / 2);
  return {
    identities: mapping.map(({ msp_id: mspid, identity }) => ({
      principal: { mspid, id_bytes: identity },
      principal_classification: 'IDENTITY',
    })),
    rule: { n_out_of: { n: needed, rules: mapping.map((_, index) => ({ signed_by: index })) } },
    version: 0,
  };
}

function nextId(mapping: readonly Consenter[]): number {
  return Math.max(0, ...mapping.map(({ id }) => id)) + 1;
}

function certificates({ identity, tls }: Certificates) {
  const [signing, other] = [identity, tls].map((pem) => Buffer.from(pem).toString('base64'));
  return { identity: signing ?? '', client_tls_cert: other, server_tls_cert: other };
}
