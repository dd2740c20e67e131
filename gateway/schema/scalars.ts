import { GraphQLError } from 'graphql';
import { Instant } from '#domain/envelope.ts';
import { Day } from '#domain/identity/effectiveDate.ts';
import type { Builder } from './builder.ts';

/** Scalars that GraphQL does not have. */
export function addScalars(builder: Builder): void {
  builder.scalarType('Instant', {
    description: 'A moment in UTC, ISO 8601 with milliseconds: 2030-01-31T12:00:00.000Z.',
    serialize: (value) => value,
    parseValue: (value) => {
      const parsed = Instant.safeParse(value);
      if (!parsed.success) throw new GraphQLError('not an instant, as 2030-01-31T12:00:00.000Z');
      return parsed.data;
    },
  });
  builder.scalarType('Date', {
    description: 'A day, ISO 8601: 2030-01-31.',
    serialize: (value) => value,
    parseValue: (value) => {
      const parsed = Day.safeParse(value);
      if (!parsed.success) throw new GraphQLError('not a day, as 2030-01-31');
      return parsed.data;
    },
  });
  builder.scalarType('JSON', {
    description: 'Any JSON value: documents and biometric references, whose shape the country decides.',
    serialize: (value) => value,
    parseValue: (value) => {
      if (value === null || value === undefined) throw new GraphQLError('no value');
      return value;
    },
  });
}
