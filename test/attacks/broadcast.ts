import { readFileSync } from 'node:fs';
import { Client, credentials } from '@grpc/grpc-js';
import { common, orderer } from '@hyperledger/fabric-protos';
import type { NetworkDescription } from '#network/description.ts';

type Orderer = NonNullable<NetworkDescription['agencies'][number]['orderer']>;

/** Hands an envelope to every orderer, past all peers; answers what each said (200 is yes). */
export async function broadcast(
  { agencies }: Pick<NetworkDescription, 'agencies'>,
  envelope: Uint8Array,
): Promise<readonly number[]> {
  const orderers = agencies.flatMap((agency) => agency.orderer ?? []);
  return Promise.all(orderers.map(async (each) => handTo(each, envelope)));
}

async function handTo({ address, serverName, tlsRoot }: Orderer, envelope: Uint8Array): Promise<number> {
  const client = new Client(address, credentials.createSsl(readFileSync(tlsRoot)), {
    'grpc.ssl_target_name_override': serverName,
  });
  const call = client.makeBidiStreamRequest(
    '/orderer.AtomicBroadcast/Broadcast',
    (message: common.Envelope) => Buffer.from(message.serializeBinary()),
    (bytes) => orderer.BroadcastResponse.deserializeBinary(bytes),
    { deadline: Date.now() + 10_000 },
  );
  try {
    return await new Promise<number>((resolve, reject) => {
      call.once('data', (response: orderer.BroadcastResponse) => resolve(response.getStatus()));
      call.on('error', reject); // also the cancellation below, when nobody waits any more
      call.write(common.Envelope.deserializeBinary(envelope));
    });
  } finally {
    call.cancel();
    client.close();
  }
}
