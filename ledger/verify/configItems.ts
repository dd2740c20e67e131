import type { common } from '@hyperledger/fabric-protos';
import { demand } from './discrepancy.ts';

/** One thing in a configuration that has a version of its own: a group, a value or a policy. */
export type ConfigItem = {
  readonly version: number;
  /** Path of the policy that must hold for whoever changes it. */
  readonly changedUnder: string;
  /** A group's members, a value's or a policy's bytes. */
  readonly content: string;
};

/** Items by kind and path, such as `value /Channel/Orderer/BatchSize`. */
export type ConfigItems = ReadonlyMap<string, ConfigItem>;

/** Takes a configuration, or the part of one that an update names, apart into its items. */
export function configItems(root: common.ConfigGroup): Map<string, ConfigItem> {
  const items = new Map<string, ConfigItem>();
  collect(root, '/Channel', items);
  return items;
}

function collect(group: common.ConfigGroup, path: string, items: Map<string, ConfigItem>): void {
  const [groups, values, policies] = [
    [...group.getGroupsMap().entries()],
    [...group.getValuesMap().entries()],
    [...group.getPoliciesMap().entries()],
  ];
  const under = (policy: string): string => (policy.startsWith('/') ? policy : `${path}/${policy}`);
  items.set(`group ${path}`, {
    version: group.getVersion(),
    changedUnder: under(group.getModPolicy()),
    content: membersOf(path, { groups, values, policies }),
  });
  for (const [name, value] of values)
    items.set(`value ${path}/${checked(name)}`, {
      version: value.getVersion(),
      changedUnder: under(value.getModPolicy()),
      content: value.getValue_asB64(),
    });
  for (const [name, policy] of policies)
    items.set(`policy ${path}/${checked(name)}`, {
      version: policy.getVersion(),
      changedUnder: under(policy.getModPolicy()),
      content: Buffer.from(policy.getPolicy()?.serializeBinary() ?? new Uint8Array()).toString('base64'),
    });
  for (const [name, each] of groups) collect(each, `${path}/${checked(name)}`, items);
}

type Named = readonly (readonly [name: string, of: unknown])[];
type Members = { readonly groups: Named; readonly values: Named; readonly policies: Named };

/** The keys of a group's members, one a line. */
function membersOf(path: string, { groups, values, policies }: Members): string {
  return [
    ...groups.map(([name]) => `group ${path}/${name}`),
    ...values.map(([name]) => `value ${path}/${name}`),
    ...policies.map(([name]) => `policy ${path}/${name}`),
  ]
    .sort()
    .join('\n');
}

/** Paths are compared as texts, so a name must not look like one. */
function checked(name: string): string {
  demand(
    /^[A-Za-z0-9.-]+$/.test(name),
    `the configuration has a name that Fabric does not allow: ${JSON.stringify(name)}`,
  );
  return name;
}
