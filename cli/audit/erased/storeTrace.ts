import { StoreUnavailable, type StoredEvent } from '#projections/eventStore.ts';
import { SealedAccess } from '#projections/logs/sealedAccess.ts';
import type { DatabasePlace } from '#projections/postgres/database.ts';
import { openReadOnly, type Sought } from './databaseTrace.ts';
import { nothing, type Findings } from './finding.ts';

/** The KurrentDB of a node, and where the keys of what lies sealed in it are. */
export type StorePlace = { readonly url: string; readonly agency: string; readonly database: DatabasePlace };

/** Reads every event of the node in its KurrentDB: whether one names the person, and which sealed records have no key any more. */
export async function traceInStore(place: StorePlace, sought: Sought): Promise<Findings> {
  const { Connection } = await import('#projections/kurrentdb/connection.ts'); // the client is large, and most nodes have none
  const { readAll } = await import('#projections/kurrentdb/reads.ts');
  const connection = new Connection({ url: place.url, node: place.agency });
  await using keys = await openReadOnly(place.database);
  let counts = { events: 0, naming: 0, closed: 0 };
  try {
    for (let page = await readAll(connection, undefined, pageSize); page.length > 0;) {
      const local = page.filter(({ fact }) => fact === undefined);
      const naming = local.filter((event) => names(event, sought)).length;
      const closed = await countClosed(keys.client, local);
      counts = {
        events: counts.events + page.length,
        naming: counts.naming + naming,
        closed: counts.closed + closed,
      };
      page = await readAll(connection, page.at(-1)?.position, pageSize);
    }
    return findingsOf(counts);
  } catch (error) {
    if (error instanceof StoreUnavailable)
      return { ...nothing, unseen: [`KurrentDB: it gave no answer (${error.reason})`] };
    throw error;
  } finally {
    await connection.close();
  }
}

const pageSize = 1000;

// Facts of the ledger say of the person what is public on the ledger too.
function names({ stream, body }: StoredEvent, { ids, subject }: Sought): boolean {
  return [...ids, ...(subject === undefined ? [] : [subject])].some((text) => `${stream} ${body}`.includes(text));
}

type Client = Awaited<ReturnType<typeof openReadOnly>>['client'];

async function countClosed(client: Client, events: readonly StoredEvent[]): Promise<number> {
  const sealed = events.filter(({ body }) => SealedAccess.safeParse(JSON.parse(body)).data?.sealed !== undefined);
  const { rows } = await client.query<{ count: string }>(
    'select count(*) as count from keystore.access_keys where access_id = any($1::uuid[])',
    [sealed.map(({ id }) => id)],
  );
  return sealed.length - Number(rows[0]?.count ?? 0);
}

function findingsOf({
  events,
  naming,
  closed,
}: {
  readonly events: number;
  readonly naming: number;
  readonly closed: number;
}): Findings {
  const where = 'KurrentDB, which changes no event';
  return {
    ...nothing,
    seen: [`KurrentDB: ${events} events of this node, every one`],
    open:
      naming === 0
        ? []
        : [
            {
              what: `${naming} local events that name the person`,
              where,
              until: 'their streams are deleted and scavenged',
            },
          ],
    remains:
      closed === 0
        ? []
        : [
            {
              what: `${closed} sealed access records of erased people without their keys, nobody can say of whom`,
              where,
              until: 'for good; dead once no backup of the database has their keys (schema keystore)',
            },
          ],
  };
}
