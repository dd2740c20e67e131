import { canonicalJson } from '#domain/seal/canonical.ts';
import { changesBetween, type FieldChange } from '#projections/past/differences.ts';
import { findIdentity } from '#projections/models/identityDetails.ts';
import { openAttributesAt, type OpenedAttribute } from '#projections/keys/opening.ts';
import { findStream } from '#projections/past/pastFacts.ts';
import { stateFrom } from '#projections/past/streamState.ts';
import { findTombstone } from '#projections/models/tombstones.ts';
import { findPoint, type AsOf, type FoundPoint } from './asOf.ts';
import type { GatewayParts } from '../context.ts';
import { noPeriod } from './timeline.ts';

/** Two points, the earlier one first. */
export type Points = { readonly from: FoundPoint; readonly to: FoundPoint };
type Asked = { readonly from: AsOf; readonly to?: AsOf | null | undefined };
type Parts = Pick<GatewayParts, 'database' | 'ingest' | 'ledger'>;

/** The points between which somebody compares; `to` is now where nothing is said. */
export async function findPoints(parts: Parts, { from, to }: Asked): Promise<Points> {
  const points = { from: await findPoint(parts, from), to: await findPoint(parts, to ?? {}) };
  if (points.from.known > points.to.known || points.from.held > points.to.held) throw noPeriod();
  return points;
}

/** What became another in a stream between two points, by its public state. */
export type StreamDifference = Points & { readonly stream: string; readonly changes: readonly FieldChange[] };

/** Compares a stream with itself; null when it has not begun by the later point. */
export async function compareStream(parts: Parts, stream: string, asked: Asked): Promise<StreamDifference | null> {
  const points = await findPoints(parts, asked);
  const after = await findStream(parts.database, stream, points.to);
  if (after === undefined) return null;
  const before = await findStream(parts.database, stream, points.from);
  return { stream, ...points, changes: changesBetween(stateFrom(before?.facts ?? []), stateFrom(after.facts)) };
}

/** An attribute of a person that has another value at the later point; undefined: none there. */
export type AttributeChange = {
  readonly attribute: string;
  readonly before?: OpenedAttribute | undefined;
  readonly after?: OpenedAttribute | undefined;
};

/** What became another about a person between two points, in clear: for the person alone. */
export type PersonDifference = Points & {
  readonly identity: string;
  readonly statusBefore: string | null;
  readonly statusAfter: string | null;
  readonly changes: readonly AttributeChange[];
};

/** Compares what is held about a person at two points. Of who was erased there are no values at any point. */
export async function comparePerson(
  parts: Parts & Pick<GatewayParts, 'keystore'>,
  identity: string,
  asked: Asked,
): Promise<PersonDifference> {
  const points = await findPoints(parts, asked);
  const [before, after, was, is] = await Promise.all([
    attributesAt(parts, identity, points.from),
    attributesAt(parts, identity, points.to),
    findIdentity(parts.database, identity, points.from),
    findIdentity(parts.database, identity, points.to),
  ]);
  const status = { statusBefore: was?.status ?? null, statusAfter: is?.status ?? null };
  return { identity, ...points, ...status, changes: changedAttributes(before, after) };
}

/** The attributes of a person as of a point; none of somebody who was erased, whichever point is asked for. */
export async function attributesAt(
  { database, keystore }: Pick<GatewayParts, 'database' | 'keystore'>,
  identity: string,
  point: FoundPoint,
): Promise<ReadonlyMap<string, OpenedAttribute>> {
  if ((await findTombstone(database, identity)) !== undefined) return new Map();
  return openAttributesAt(database, keystore, identity, point);
}

type Attributes = ReadonlyMap<string, OpenedAttribute>;

function changedAttributes(before: Attributes, after: Attributes): readonly AttributeChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .map((attribute) => ({ attribute, before: before.get(attribute), after: after.get(attribute) }))
    .filter(({ before: was, after: is }) => canonicalJson([was?.value ?? null]) !== canonicalJson([is?.value ?? null]));
}
