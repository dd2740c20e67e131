import { setTimeout as pause } from 'node:timers/promises';
import {
  Server,
  ServerCredentials,
  status,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import features from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import featuresService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import streamsService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import sessionsService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_grpc_pb.js';
import type {
  AppendRequest,
  AppendSessionResponse,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb.js';
import { answerBatches, answerSession, type Taken } from './standInAppends.ts';
import { StandInLog } from './standInLog.ts';
import { answerRead } from './standInReads.ts';

/** What goes wrong, until it is set back. */
type Faults = {
  /** `hang`: neither done nor answered; `lost`: done and not answered; `full`: refused; a number: so many ms late. */
  appends?: 'hang' | 'lost' | 'full' | number | undefined;
  reads?: 'hang' | undefined;
  /** The next append meets another writer who was first. */
  conflict?: boolean;
  /** Subscriptions send every event twice. */
  doubled?: boolean;
};

/**
 * A server that speaks KurrentDB's protocol, made of the client's own stubs, for tests. What passes against it uses the
 * client rightly; it proves nothing of how KurrentDB itself behaves.
 */
export type StandIn = {
  readonly url: string;
  readonly log: StandInLog;
  readonly faults: Faults;
  /** Ends every subscription with an error, or says nothing to it any more. */
  readonly dropSubscriptions: (how: 'error' | 'silence') => void;
  /** Stops answering at this address; what was kept stays. */
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
};

/** `sessions`: whether it takes several streams in one append, as KurrentDB from 25.1 does. */
export async function startStandIn({ sessions = true }: { readonly sessions?: boolean } = {}): Promise<StandIn> {
  const [log, faults] = [new StandInLog(), {} as Faults];
  const subscriptions = new Set<ServerWritableStream<ReadReq, ReadResp>>();
  let server: Server | undefined;
  let port = 0;
  const start = async (): Promise<void> => {
    server = serverOf({ log, faults, subscriptions, sessions });
    port = await bind(server, port);
  };
  await start();
  return {
    url: `kurrentdb://127.0.0.1:${port}?tls=false`,
    log,
    faults,
    dropSubscriptions: (how) => {
      for (const call of subscriptions) {
        if (how === 'error') call.emit('error', { code: status.UNAVAILABLE, details: 'dropped' });
        else call.write = () => true;
      }
      subscriptions.clear();
    },
    start,
    stop: () => {
      server?.forceShutdown();
      return Promise.resolve();
    },
  };
}

type Parts = {
  readonly log: StandInLog;
  readonly faults: Faults;
  readonly subscriptions: Set<ServerWritableStream<ReadReq, ReadResp>>;
  readonly sessions: boolean;
};

const never = new Promise<never>(() => undefined);

function serverOf({ log, faults, subscriptions, sessions }: Parts): Server {
  const server = new Server();
  const take = takerOf(log, faults);
  server.addService(featuresService.ServerFeaturesService, {
    getSupportedMethods: (_call: unknown, answer: sendUnaryData<SupportedMethods>) =>
      answer(null, supported(sessions ? ['BatchAppend', 'AppendSession'] : ['BatchAppend'])),
  });
  server.addService(streamsService.StreamsService, {
    read: (call: ServerWritableStream<ReadReq, ReadResp>) => {
      if (faults.reads === 'hang') return;
      void answerRead(log, call, (subscription) => {
        subscriptions.add(subscription);
        return faults.doubled === true;
      });
    },
    batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => answerBatches(call, take),
    append: unused,
    delete: unused,
    tombstone: unused,
  });
  if (sessions)
    server.addService(sessionsService.StreamsServiceService, {
      appendSession: (
        call: ServerReadableStream<AppendRequest, AppendSessionResponse>,
        answer: sendUnaryData<AppendSessionResponse>,
      ) => answerSession(call, answer, take),
      appendRecords: unused,
    });
  return server;
}

function unused(): never {
  throw new Error('nobody here calls it');
}

function takerOf(log: StandInLog, faults: Faults): Taken {
  return async (appends) => {
    const { appends: fault } = faults;
    if (fault === 'hang') return never;
    if (fault === 'full') return 'full';
    if (typeof fault === 'number') await pause(fault);
    const [first] = appends;
    if (faults.conflict === true && first !== undefined) {
      faults.conflict = false;
      return { stream: first.stream, expected: first.expected, current: log.of(first.stream).length - 1 };
    }
    const outcome = log.append(appends);
    return fault === 'lost' ? never : outcome;
  };
}

const services: Readonly<Record<string, string>> = {
  BatchAppend: 'event_store.client.streams.Streams',
  AppendSession: 'kurrentdb.protocol.v2.streams.StreamsService',
};

function supported(methods: readonly string[]): SupportedMethods {
  return new features.SupportedMethods()
    .setEventStoreServerVersion('25.1.0.0')
    .setMethodsList(
      methods.map((name) => new features.SupportedMethod().setMethodName(name).setServiceName(services[name] ?? '')),
    );
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
}
