import { openAttributes } from '#projections/keys/opening.ts';
import type { GatewayParts } from '../context.ts';

/** What the registry holds of these attributes of a person, in clear. Attribute classes without any of them stay shut. */
export async function heldValues(
  { country, database, keystore }: Pick<GatewayParts, 'country' | 'database' | 'keystore'>,
  identity: string,
  attributes: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const classes = country.fields.filter(({ name }) => attributes.includes(name)).map((field) => field.class);
  const opened = await openAttributes(database, keystore, identity, [...new Set(classes)]);
  return new Map([...opened].map(([name, { value }]) => [name, value]));
}
