import { koreanDay } from '../calendar/index.js';
import { feedKinds, feedSources, type FeedSource, venues } from '../database/index.js';
import { BatchInvalid } from '../error/index.js';
import {
  checkAmount,
  checkPrice,
  checkShares,
  checkSymbol,
  checkWord,
  flawList,
  isWholeMs,
  shown,
  type Found,
} from './flaws.js';
import type {
  FeedBatch,
  FeedBeginning,
  FeedProvenance,
  FeedRecovery,
  FeedRun,
  NewBook,
  NewGap,
  NewTick,
} from './feed-batch.js';

const ownSources: Readonly<Partial<Record<string, readonly FeedSource[]>>> = {
  kis: ['WS_KIS', 'REST_API_KIS'],
  kiwoom: ['WS_KIWOOM', 'REST_API_KIWOOM'],
};
const brokers = Object.keys(ownSources);
const mostLevels = 10;
const longestId = 200;

/** Notes the flaw of one value, if it has any. */
const note = (found: Found, where: string, flaw: string | undefined): void => {
  if (flaw !== undefined) found(where, flaw);
};

const checkTime = (ms: number): string | undefined =>
  isWholeMs(ms) ? undefined : `is no time in whole ms: ${shown(ms)}`;

const orNull = <T>(value: T | null, check: (value: T) => string | undefined): string | undefined =>
  value === null ? undefined : check(value);

const checkId = (id: string): string | undefined =>
  typeof id === 'string' && id !== '' && id.length <= longestId ? undefined : 'is empty, or longer than 200 characters';

const checkPlaced = (row: NewTick | NewBook, found: Found): void => {
  note(found, 'symbol', checkSymbol(row.symbol));
  note(found, 'venue', checkWord(row.venue, venues));
  note(found, 'atMs', orNull(row.atMs, checkTime));
  note(found, 'receivedMs', checkTime(row.receivedMs));
};

/** Without a time of the exchange the day is that of its arrival. */
const checkDay = ({ day, atMs, receivedMs }: NewTick): string | undefined => {
  const ms = atMs ?? receivedMs;
  if (!isWholeMs(ms) || koreanDay(ms) === day) return undefined;
  return `is ${shown(day)}, and its trade is of ${koreanDay(ms)}`;
};

const checkTick = (row: NewTick, found: Found): void => {
  checkPlaced(row, found);
  note(found, 'day', checkDay(row));
  note(found, 'price', checkPrice(row.price));
  for (const name of ['size', 'dayVolume'] as const) note(found, name, checkShares(row[name]));
  if (row.size > row.dayVolume) found('dayVolume', `is below size: ${row.dayVolume} < ${row.size}`);
  note(
    found,
    'dayValue',
    orNull(row.dayValue, (each) => checkAmount(each, Number.MAX_SAFE_INTEGER)),
  );
  note(
    found,
    'side',
    orNull(row.side, (each) => checkWord(each, ['buy', 'sell'])),
  );
  for (const name of ['ask', 'bid'] as const) note(found, name, orNull(row[name], checkPrice));
};

const checkLevel = ({ price, size }: NewBook['asks'][number]): string | undefined =>
  checkPrice(price) ?? checkShares(size);

const checkBook = (row: NewBook, found: Found): void => {
  checkPlaced(row, found);
  for (const side of ['asks', 'bids'] as const) {
    if (row[side].length > mostLevels) found(side, `has ${row[side].length} levels, more than ${mostLevels}`);
    for (const [index, level] of row[side].entries()) note(found, `${side}[${index}]`, checkLevel(level));
  }
  for (const name of ['totalAskSize', 'totalBidSize'] as const) note(found, name, checkShares(row[name]));
  note(found, 'expected', orNull(row.expected, checkLevel));
};

// Causes are the client's words: a newer client may have more of them than this store.
const isCause = (cause: string): boolean => /^[a-z][a-z-]{0,39}$/.test(cause);

const checkGap = (row: NewGap, found: Found): void => {
  note(found, 'id', checkId(row.id));
  note(found, 'kind', checkWord(row.kind, feedKinds));
  if (row.kind !== 'notice') note(found, 'symbol', checkSymbol(row.symbol));
  else if (typeof row.symbol !== 'string') found('symbol', `is no HTS id: ${shown(row.symbol)}`);
  note(found, 'venue', checkWord(row.venue, venues));
  note(found, 'sinceMs', checkTime(row.sinceMs));
  note(found, 'untilMs', orNull(row.untilMs, checkTime));
  if (row.untilMs !== null && row.untilMs < row.sinceMs) {
    found('untilMs', `is before sinceMs: ${row.untilMs} < ${row.sinceMs}`);
  }
  if (!isCause(row.cause)) found('cause', `is no word: ${shown(row.cause)}`);
  note(found, 'missing', orNull(row.missing, checkShares));
};

const longestRunId = 100;

const checkBeginning = (feed: FeedBeginning, found: Found): void => {
  note(found, 'kind', checkWord(feed.kind, ['trade', 'book']));
  note(found, 'symbol', checkSymbol(feed.symbol));
  note(found, 'venue', checkWord(feed.venue, venues));
  note(found, 'atMs', checkTime(feed.atMs));
};

const checkRun = ({ id, begun }: FeedRun, under: (path: string) => Found): void => {
  if (checkId(id) !== undefined || id.length > longestRunId) {
    under('run')('id', `is empty, or longer than ${longestRunId} characters`);
  }
  for (const [index, feed] of begun.entries()) checkBeginning(feed, under(`run.begun[${index}]`));
};

const checkRecovery = (recovery: FeedRecovery, found: Found): void => {
  const { gapId, kind, symbol, venue, day, fromMs, toMs, unavailable, expired } = recovery;
  note(found, 'gapId', checkId(gapId));
  note(found, 'kind', checkWord(kind, ['trade', 'book']));
  note(found, 'symbol', checkSymbol(symbol));
  note(found, 'venue', checkWord(venue, venues));
  for (const [name, ms] of Object.entries({ fromMs, toMs })) {
    note(found, name, checkTime(ms) ?? (koreanDay(ms) === day ? undefined : `is not on ${shown(day)}`));
  }
  if (toMs < fromMs) found('toMs', `is before fromMs: ${toMs} < ${fromMs}`);
  if (typeof recovery.asked !== 'boolean') found('asked', `is neither true nor false: ${shown(recovery.asked)}`);
  for (const [name, reason] of Object.entries({ unavailable, expired }))
    if (reason === '') found(name, 'gives no reason');
  if (unavailable !== undefined && expired !== undefined) found('expired', 'is told of what is unavailable');
  if (kind === 'book' && unavailable === undefined)
    found('unavailable', 'is left out: books have no cumulative volume to prove them');
};

const checkProvenance = (provenance: FeedProvenance, found: Found): void => {
  const { broker, source, keyId, receivedAtMs, normaliserVersion } = provenance;
  note(found, 'broker', checkWord(broker, brokers));
  note(found, 'source', checkWord(source, feedSources));
  if (!ownSources[broker]?.includes(source)) {
    found('source', `is ${shown(source)} in a batch of broker ${shown(broker)}`);
  }
  if (keyId !== null && (typeof keyId !== 'string' || keyId === '')) found('keyId', 'is empty');
  note(found, 'receivedAtMs', checkTime(receivedAtMs));
  if (!Number.isSafeInteger(normaliserVersion)) found('normaliserVersion', 'is no whole number');
};

/** Rejects with HUB_BATCH_INVALID, which lists every flaw and where it is. */
export const checkFeedBatch = (batch: FeedBatch): void => {
  const { flaws, found, under } = flawList();
  note(found, 'batchId', checkId(batch.batchId));
  checkProvenance(batch.provenance, under('provenance'));
  if (batch.run !== undefined) checkRun(batch.run, under);
  if (batch.recovery !== undefined) checkRecovery(batch.recovery, under('recovery'));
  for (const [index, row] of batch.ticks.entries()) checkTick(row, under(`ticks[${index}]`));
  for (const [index, row] of batch.books.entries()) checkBook(row, under(`books[${index}]`));
  for (const [index, row] of batch.gaps.entries()) checkGap(row, under(`gaps[${index}]`));
  if (flaws.length > 0) throw new BatchInvalid(batch.batchId, flaws);
};
