import SchemaBuilder, { type ArgBuilder } from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { AuditorContext, GatewayContext, OfficerContext, ResidentContext, ServiceContext } from '../context.ts';
import { RequestError } from '../http/requestError.ts';

type SchemaTypes = {
  Context: GatewayContext;
  /** Who may see a field: exactly one kind of caller. */
  AuthScopes: { service: boolean; resident: boolean; officer: boolean; auditor: boolean };
  AuthContexts: {
    service: ServiceContext;
    resident: ResidentContext;
    officer: OfficerContext;
    auditor: AuditorContext;
  };
  Scalars: {
    ID: { Input: string; Output: string };
    Instant: { Input: string; Output: string };
    Date: { Input: string; Output: string };
    JSON: { Input: string | number | boolean | object; Output: unknown };
  };
  DefaultFieldNullability: false;
};

/** An empty schema with its rules: who may see what, how refusals become types, how lists are paged. */
export function createBuilder(): Builder {
  return new SchemaBuilder<SchemaTypes>({
    plugins: [ErrorsPlugin, ScopeAuthPlugin, RelayPlugin],
    defaultFieldNullability: false,
    errors: {
      directResult: true,
      defaultUnionOptions: {
        name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Answer`,
      },
    },
    relay: { nodeQueryOptions: false, nodesQueryOptions: false },
    scopeAuth: {
      authorizeOnSubscribe: true, // once, before it begins; what may change meanwhile the subscription asks itself
      authScopes: ({ caller }) => ({
        service: caller?.kind === 'service',
        resident: caller?.kind === 'resident',
        officer: caller?.kind === 'officer',
        auditor: caller?.kind === 'auditor',
      }),
      unauthorizedError: (_parent, { caller }) =>
        caller === undefined
          ? new RequestError('ERR_UNAUTHENTICATED', 'this needs a token')
          : new RequestError('ERR_FORBIDDEN', 'this is for another kind of caller'),
    },
  });
}

type Extended = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;
/** What every part of the schema adds its fields to. */
export type Builder = PothosSchemaTypes.SchemaBuilder<Extended>;
/** What the `fields` function of a type is handed. */
export type ObjectFields<Shape> = PothosSchemaTypes.ObjectFieldBuilder<Extended, Shape>;
/** What the `fields` function of an input type is handed. */
export type InputFields = PothosSchemaTypes.InputFieldBuilder<Extended, 'InputObject'>;
/** What a field's arguments are made with. */
export type ArgumentFields = ArgBuilder<Extended>;
