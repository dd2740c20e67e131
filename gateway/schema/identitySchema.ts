import { identitySchemaOf, type Country } from '#domain/country.ts';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { Refused } from '../refused.ts';
import type { Builder } from './builder.ts';
import { officerProposal, validUntilArgument, type ProposedRef } from './proposed.ts';

/** Lets a policy manager put the identity schema of this node's country pack on the ledger. */
export function addIdentitySchema(builder: Builder, country: Country, proposed: ProposedRef): void {
  builder.mutationField('publishIdentitySchema', (t) =>
    t.withAuth({ officer: true }).field({
      type: proposed,
      description:
        "Proposes the next version of the identity schema: the one of this node's country pack. Takes a policy manager.",
      errors: { types: [Refused] },
      args: {
        version: t.arg.int({ required: true, description: "The country pack's version, said once more." }),
        validUntil: validUntilArgument(t.arg),
      },
      resolve: (_root, { version, validUntil }, context) => {
        if (version !== country.schemaVersion)
          throw new Refused('ERR_SCHEMA_UNKNOWN', `this node's country pack has version ${country.schemaVersion}`);
        const order = { stream: schemaStream, type: 'PublishIdentitySchema', data: identitySchemaOf(country) };
        return officerProposal(context, { ...order, validUntil });
      },
    }),
  );
}
