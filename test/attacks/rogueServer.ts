import type { Context } from 'fabric-contract-api';
import { headKey } from '#chaincode/keys.ts';
import { RegistryContract } from '#chaincode/registryContract.ts';
import { openRegistryKey, serveContract } from '#chaincode/serveContract.ts';
import { append, findHead } from '#chaincode/streams.ts';
import { overlayOn, type Overlay } from '#chaincode/worldState.ts';
import { Command, nounOf } from '#domain/envelope.ts';
import { deciderOf } from '#domain/registry.ts';
import { canonicalJson } from '#domain/seal/canonical.ts';

// The chaincode of an agency that has changed the rules for itself, in one of these ways.
const behaviours = [
  'accepts everything',
  'writes other bytes',
  'answers otherwise',
  'fails at everything',
  'never answers',
] as const;
type Behaviour = (typeof behaviours)[number];

const behaviour = behaviours.find((each) => each === process.env['PLINTH_ROGUE']);

class RogueContract extends RegistryContract {
  override async submit(context: Context, json: string): Promise<string> {
    const does: Readonly<Record<Behaviour, () => Promise<string>>> = {
      'accepts everything': () => acceptAll(context, json),
      'writes other bytes': async () => {
        const answer = await super.submit(context, json);
        for (const { stream } of commandsIn(json)) await context.stub.putState(headKey(stream), Buffer.from('{}'));
        return answer;
      },
      'answers otherwise': async () => {
        await super.submit(context, json);
        return canonicalJson(commandsIn(json).map(() => ({ refused: 'ERR_NOT_FOUND', reason: 'no such stream' })));
      },
      'fails at everything': () => Promise.reject(new Error('no')),
      'never answers': () => new Promise(() => undefined),
    };
    if (behaviour === undefined) throw new Error('PLINTH_ROGUE names no behaviour');
    return commandsIn(json).length === 0 ? super.submit(context, json) : does[behaviour]();
  }
}

function commandsIn(json: string): readonly Command[] {
  const { commands } = JSON.parse(json) as { readonly commands: readonly unknown[] }; // only our own client asks
  return commands.map((command) => Command.parse(command));
}

/** Records what was asked for, whoever asks: no officer, no role, no signature, no rule. */
async function acceptAll({ stub }: Context, json: string): Promise<string> {
  const overlay = overlayOn({
    getAll: (keys) =>
      Promise.all(
        keys.map(async (key) => stub.getState(key).then((bytes) => (bytes.length === 0 ? undefined : bytes))),
      ),
    writeAll: async (writes) => {
      for (const { key, value = new Uint8Array() } of writes) await stub.putState(key, value);
    },
  });
  const { seconds } = stub.getTxTimestamp();
  const origin = { agency: stub.getCreator().mspid, at: new Date(Number(seconds) * 1000).toISOString() };
  const outcomes: object[] = [];
  for (const command of commandsIn(json)) outcomes.push(await accept(overlay, command, origin));
  await overlay.flush();
  return canonicalJson(outcomes);
}

async function accept(overlay: Overlay, command: Command, { agency, at }: { agency: string; at: string }) {
  const head = await findHead(overlay, command.stream);
  const decider = deciderOf(nounOf(command.stream));
  const facts = [{ type: factOf[command.type] ?? command.type, data: command.data }];
  const events = append(overlay, head, { ...decider, command, facts, by: { agency, officer: 'anybody' }, at });
  return { version: (head?.version ?? 0) + events.length, events };
}

const factOf: Readonly<Record<string, string>> = {
  RegisterIdentity: 'IdentityRegistered',
  SuspendIdentity: 'IdentitySuspended',
  RecordDeath: 'DeathRecorded',
  DeactivateIdentity: 'IdentityDeactivated',
};

await serveContract(new RogueContract(openRegistryKey()));
