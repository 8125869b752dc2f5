import type { LiveMessage, LiveReader, LiveRecord } from '../live.js';
import { isRow, type Row } from '../row.js';
import { answerIn, isQuestion, systemIn } from './live-answers.js';
import { bookIn } from './live-book.js';
import { noticeIn } from './live-notice.js';
import { entryTexts } from './live-raws.js';
import { tradeIn } from './live-trade.js';
import { entryOf, type Entry } from './live-values.js';

const bad = (reason: string): LiveMessage => ({ kind: 'bad', reason });

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type Normalise = (entry: Entry, receivedAt: number) => LiveRecord | string;

/** By type of an entry. Other types may come with them, and are skipped: nobody asked for them. */
const normalisers: ReadonlyMap<string, Normalise> = new Map<string, Normalise>([
  ['0B', tradeIn],
  ['0D', bookIn],
  ['00', noticeIn],
  ['04', noticeIn],
]);

/** Several entries a frame, of several types and stocks (official). A bad one does not take the others with it. */
const recordsIn = (text: string, { data }: Row, receivedAt: number): LiveMessage => {
  if (!Array.isArray(data)) return bad('REAL without a list of data');
  const given: readonly unknown[] = data;
  const records: LiveRecord[] = [];
  const places: number[] = [];
  const reasons: string[] = [];
  for (const [place, each] of given.entries()) {
    const record = recordOf(each, receivedAt);
    if (record === undefined) continue;
    if (typeof record === 'string') {
      reasons.push(record);
      continue;
    }
    records.push(record);
    places.push(place);
  }
  const [reason] = reasons;
  if (records.length === 0 && reason !== undefined) return bad(reason);
  const raws = (): readonly string[] => {
    const texts = entryTexts(text);
    return places.map((place) => texts[place] ?? '');
  };
  return { kind: 'records', records, bad: reasons.length, raws };
};

/** Undefined for a type that is skipped. */
const recordOf = (given: unknown, receivedAt: number): LiveRecord | string | undefined => {
  const entry = entryOf(given);
  return entry === undefined ? 'an entry without type or values' : normalisers.get(entry.type)?.(entry, receivedAt);
};

/** The keep-alive comes as JSON, and as this text alone (official). */
const barePing = 'PING';

/** Kiwoom encrypts nothing and names the feed of every entry: there is nothing to keep. */
export const kiwoomReader: LiveReader = {
  read(text, receivedAt) {
    if (text.trim() === barePing) return { kind: 'ping', reply: text };
    const body = jsonOf(text);
    if (!isRow(body)) return bad('no JSON object');
    const { trnm } = body;
    if (trnm === 'REAL') return recordsIn(text, body, receivedAt);
    if (trnm === 'PING') return { kind: 'ping', reply: text };
    if (trnm === 'SYSTEM') return systemIn(body);
    return typeof trnm === 'string' && isQuestion(trnm) ? answerIn(trnm, body) : bad('a message that is not on record');
  },
};
