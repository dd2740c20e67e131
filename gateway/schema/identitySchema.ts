import { identitySchemaOf, type Country } from '#domain/country.ts';
import { schemaStream } from '#domain/identitySchema/events.ts';
import { Refused } from '../refused.ts';
import type { Builder } from './builder.ts';
import { officerOrder } from './officerOrder.ts';
import type { ReceiptRef } from './receipt.ts';

/** Lets a policy manager put the identity schema of this node's country pack on the ledger. */
export function addIdentitySchema(builder: Builder, country: Country, receipt: ReceiptRef): void {
  builder.mutationField('publishIdentitySchema', (t) =>
    t.withAuth({ officer: true }).field({
      type: receipt,
      description: "Publishes the next version of the identity schema: the one of this node's country pack.",
      errors: { types: [Refused] },
      args: { version: t.arg.int({ required: true, description: "The country pack's version, said once more." }) },
      resolve: (_root, { version }, context) => {
        if (version !== country.schemaVersion)
          throw new Refused('ERR_SCHEMA_UNKNOWN', `this node's country pack has version ${country.schemaVersion}`);
        return officerOrder(context, schemaStream, { type: 'PublishIdentitySchema', data: identitySchemaOf(country) });
      },
    }),
  );
}
