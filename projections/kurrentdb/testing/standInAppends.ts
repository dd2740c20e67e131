import {
  Metadata,
  status,
  type ServerDuplexStream,
  type ServerReadableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import anys from 'google-protobuf/google/protobuf/any_pb.js';
import empties from 'google-protobuf/google/protobuf/empty_pb.js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import statuses from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import errors from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb.js';
import sessions from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb.js';
import type {
  AppendRequest,
  AppendSessionResponse,
} from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb.js';
import type { Append, Appended, Conflict, Expected, Proposed } from './standInLog.ts';

/** What becomes of an append: its outcome, or nothing for as long as a fault hangs. */
export type Taken = (appends: readonly Append[]) => Promise<readonly Appended[] | Conflict | 'full'>;

/** Answers a stream of batches: each names its stream once and may come in several messages. */
export function answerBatches(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>, take: Taken): void {
  const open = new Map<string, { readonly options: Options; readonly events: Proposed[] }>();
  let last = Promise.resolve();
  call.on('data', (request: BatchAppendReq) => {
    const id = request.getCorrelationId()?.getString() ?? '';
    const batch = open.get(id) ?? { options: request.getOptions(), events: [] };
    open.set(id, batch);
    batch.events.push(...request.getProposedMessagesList().map(proposedOf));
    if (!request.getIsFinal()) return;
    open.delete(id);
    last = last.then(async () => {
      const append = { stream: nameIn(batch.options), expected: expectedIn(batch.options), events: batch.events };
      const response = batchAnswer(append, await take([append]));
      if (!call.cancelled) call.write(response.setCorrelationId(request.getCorrelationId()));
    });
  });
  call.on('end', () => call.end());
  call.on('error', () => undefined); // the client has gone
}

type Options = ReturnType<BatchAppendReq['getOptions']>;

function nameIn(options: Options): string {
  return Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
}

function expectedIn(options: Options): Expected {
  if (options?.hasNoStream() === true) return -1;
  return options?.hasStreamPosition() === true ? Number(options.getStreamPosition()) : 'any';
}

function proposedOf(message: InstanceType<typeof streams.BatchAppendReq.ProposedMessage>): Proposed {
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

function batchAnswer({ stream }: Append, outcome: Awaited<ReturnType<Taken>>): BatchAppendResp {
  const response = new streams.BatchAppendResp().setStreamIdentifier(
    new shared.StreamIdentifier().setStreamName(Buffer.from(stream)),
  );
  if (outcome === 'full') return response.setError(errorOf('Unknown', new shared.Unknown().serializeBinary()));
  if ('current' in outcome)
    return response.setError(errorOf('WrongExpectedVersion', conflictOf(outcome).serializeBinary()));
  const [{ revision, position } = { revision: 0, position: 0 }] = outcome;
  const all = new shared.AllStreamPosition().setCommitPosition(String(position)).setPreparePosition(String(position));
  return response.setSuccess(
    new streams.BatchAppendResp.Success().setCurrentRevision(String(revision)).setPosition(all),
  );
}

function conflictOf({ current, expected }: Conflict) {
  const conflict = new shared.WrongExpectedVersion();
  if (current < 0) conflict.setCurrentNoStream(new empties.Empty());
  else conflict.setCurrentStreamRevision(String(current));
  if (expected === -1) return conflict.setExpectedNoStream(new empties.Empty());
  return conflict.setExpectedStreamPosition(String(expected));
}

function errorOf(name: string, bytes: Uint8Array) {
  const details = new anys.Any();
  details.pack(bytes, `event_store.client.${name}`);
  return new statuses.Status().setMessage(name).setDetails(details);
}

/** Answers a session: appends to several streams, of which all or none go in. */
export function answerSession(
  call: ServerReadableStream<AppendRequest, AppendSessionResponse>,
  answer: sendUnaryData<AppendSessionResponse>,
  take: Taken,
): void {
  const appends: Append[] = [];
  call.on('data', (request: AppendRequest) => void appends.push(sessionAppend(request)));
  call.on('end', () => {
    void take(appends).then((outcome) => {
      if (outcome === 'full') {
        answer({ code: status.RESOURCE_EXHAUSTED, details: 'full' });
        return;
      }
      if ('current' in outcome) {
        answer({ code: status.FAILED_PRECONDITION, metadata: refusal(outcome) });
        return;
      }
      const response = new sessions.AppendSessionResponse().setPosition(String(outcome.at(-1)?.position ?? 0));
      outcome.forEach(({ revision }, index) =>
        response.addOutput(
          new sessions.AppendResponse().setStream(appends[index]?.stream ?? '').setStreamRevision(String(revision)),
        ),
      );
      answer(null, response);
    });
  });
}

const json = 1; // SchemaFormat.SCHEMA_FORMAT_JSON

function sessionAppend(request: AppendRequest): Append {
  const expected = Number(request.getExpectedRevision());
  const events = request.getRecordsList().map((record): Proposed => {
    const metadata = Object.fromEntries(
      record
        .getPropertiesMap()
        .getEntryList()
        .map(([key]) => [key, record.getPropertiesMap().get(key)?.getStringValue()]),
    );
    return {
      id: record.getRecordId() ?? '',
      type: record.getSchema()?.getName() ?? '',
      contentType: Number(record.getSchema()?.getFormat()) === json ? 'application/json' : 'application/octet-stream',
      data: record.getData_asU8(),
      metadata: Buffer.from(JSON.stringify(metadata)),
    };
  });
  return { stream: request.getStream(), expected: expected === -2 ? 'any' : expected, events };
}

function refusal({ stream, expected, current }: Conflict): Metadata {
  const details = new anys.Any();
  const conflict = new errors.StreamRevisionConflictErrorDetails()
    .setStream(stream)
    .setExpectedRevision(String(expected))
    .setActualRevision(String(current));
  details.pack(conflict.serializeBinary(), 'kurrentdb.protocol.v2.streams.errors.StreamRevisionConflictErrorDetails');
  const metadata = new Metadata();
  const wrapped = new statuses.Status().setDetails(details);
  metadata.set('grpc-status-details-bin', Buffer.from(wrapped.serializeBinary()));
  return metadata;
}
