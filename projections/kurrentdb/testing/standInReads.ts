import { randomUUID } from 'node:crypto';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { Kept, StandInLog } from './standInLog.ts';

type Call = ServerWritableStream<ReadReq, ReadResp>;

/** Answers one read: of a stream or of everything, forwards or backwards, or for as long as somebody listens. */
export async function answerRead(log: StandInLog, call: Call, subscribed: (call: Call) => boolean): Promise<void> {
  const options = call.request.getOptions();
  if (options === undefined) throw new Error('a read has options');
  if (options.hasSubscription()) return listen(log, { call, options, isDoubled: subscribed(call) });
  const name = Buffer.from(options.getStream()?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
  if (options.hasStream() && log.of(name).length === 0) await send(call, notFound(name));
  const events = options.hasStream() ? ofStream(log, options, name) : ofAll(log, options);
  for (const event of events.slice(0, Number(options.getCount()))) await send(call, eventOf(event));
  call.end();
}

type Options = NonNullable<ReturnType<ReadReq['getOptions']>>;

const backwards = streams.ReadReq.Options.ReadDirection.BACKWARDS;

function ofStream(log: StandInLog, options: Options, name: string): readonly Kept[] {
  const from = options.getStream()?.hasRevision() === true ? Number(options.getStream()?.getRevision()) : undefined;
  if (options.getReadDirection() === backwards)
    return log
      .of(name)
      .filter(({ revision }) => revision <= (from ?? Infinity))
      .toReversed();
  return log.of(name).filter(({ revision }) => revision >= (from ?? 0));
}

function ofAll(log: StandInLog, options: Options): readonly Kept[] {
  const from = positionIn(options);
  const wanted = log.all.filter(matcherOf(options));
  // Forwards a read begins with the event at its position, backwards with the one before it.
  if (options.getReadDirection() === backwards)
    return wanted.filter(({ position }) => position < (from ?? Infinity)).toReversed();
  return wanted.filter(({ position }) => position >= (from ?? 0));
}

/** Undefined: from the end at which a read begins. */
function positionIn(options: Options): number | undefined {
  const position = options.getAll()?.getPosition();
  return position === undefined ? undefined : Number(position.getCommitPosition());
}

function matcherOf(options: Options): (event: Kept) => boolean {
  const filter = options.getFilter();
  const byType = filter?.getEventType();
  const expression = byType ?? filter?.getStreamIdentifier();
  if (expression === undefined) return () => true;
  const textOf = ({ type, stream }: Kept) => (byType === undefined ? stream : type);
  const [prefixes, regex] = [expression.getPrefixList(), new RegExp(expression.getRegex())];
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => textOf(event).startsWith(prefix));
  return (event) => regex.test(textOf(event));
}

type Listening = { readonly call: Call; readonly options: Options; readonly isDoubled: boolean };

async function listen(log: StandInLog, { call, options, isDoubled }: Listening): Promise<void> {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID());
  await send(call, new streams.ReadResp().setConfirmation(confirmation));
  const matches = matcherOf(options);
  let after = positionIn(options) ?? -1; // a subscription begins behind its position
  const gone = firstOf(call, ['cancelled', 'close']);
  while (!isGone(call)) {
    const heard = Promise.withResolvers<undefined>();
    const forget = log.listen(() => heard.resolve(undefined));
    for (const event of eventsAfter(log, after)) {
      after = event.position;
      for (let times = isDoubled ? 2 : 1; matches(event) && times > 0; times -= 1) await send(call, eventOf(event));
    }
    if (eventsAfter(log, after).length === 0) await Promise.race([heard.promise, gone]);
    forget();
  }
}

async function firstOf(call: Call, names: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const heard = (): void => resolve(undefined);
  for (const name of names) call.once(name, heard);
  await promise;
  for (const name of names) call.off(name, heard);
}

function eventsAfter({ all }: StandInLog, after: number): readonly Kept[] {
  const newest = all.at(-1);
  if (newest === undefined || newest.position <= after) return [];
  const first = all.findLastIndex(({ position }) => position <= after) + 1;
  return all.slice(first);
}

function isGone(call: Call): boolean {
  return call.cancelled || call.destroyed || call.writableEnded;
}

async function send(call: Call, response: ReadResp): Promise<void> {
  if (isGone(call)) return;
  if (!call.write(response)) await firstOf(call, ['drain', 'cancelled', 'close']);
}

function notFound(name: string): ReadResp {
  const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(name));
  return new streams.ReadResp().setStreamNotFound(
    new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier),
  );
}

function eventOf(event: Kept): ReadResp {
  const position = String(event.position);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(event.id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(event.stream)))
    .setStreamRevision(String(event.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setCustomMetadata(event.metadata)
    .setData(event.data);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', String(BigInt(event.createdAt) * 10_000n)); // .NET ticks
  return new streams.ReadResp().setEvent(
    new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position),
  );
}
