import type { LiveMessage, LiveReader, LiveRecord } from '../live.js';
import { answerIn } from './live-answers.js';
import { bookIn, bookWidth } from './live-book.js';
import { liveTrOf, type LiveTr } from './live-feeds.js';
import { Fields, type RecordPlace } from './live-fields.js';
import { decrypted, noticeIn, noticeKeyOf, noticeWidth, type NoticeKey } from './live-notice.js';
import { Midnights, tradeIn, tradeWidth } from './live-trade.js';

/** `0|` in clear, `1|` encrypted; then the TR id, the number of records and the payload (official). */
const head = /^([01])\|([^|]{1,16})\|(\d{1,6})\|/;

/** Fewest fields of a record, by kind. */
const leastWidth = { trade: tradeWidth, book: bookWidth, notice: noticeWidth } as const;

const bad = (reason: string): LiveMessage => ({ kind: 'bad', reason });

/** Reads what one socket of KIS says, and keeps the keys that its answers tell. */
export class KisLiveReader implements LiveReader {
  /** By TR: of its latest registration. */
  private readonly keys = new Map<string, NoticeKey>();
  private readonly midnights = new Midnights();

  read(text: string, receivedAt: number): LiveMessage {
    const frame = head.exec(text);
    if (frame === null) return this.answer(text);
    const [{ length: from }, flag, tr = '', count] = frame;
    const known = liveTrOf(tr);
    if (known === undefined) return bad('a frame of a TR that is not on record');
    if (flag === '0') return this.records(known, Number(count), new Fields(text, from), receivedAt);
    const key = this.keys.get(tr);
    if (key === undefined) return bad(`an encrypted frame of ${tr} before any answer with its key`);
    const plain = decrypted(text.slice(from), key);
    if (plain === undefined) return bad(`a frame of ${tr} that its key does not open`);
    return this.records(known, Number(count), new Fields(plain, 0), receivedAt);
  }

  private answer(text: string): LiveMessage {
    const { message, key } = answerIn(text);
    const usable = key === undefined ? undefined : noticeKeyOf(key.key, key.iv);
    if (key !== undefined && usable !== undefined && liveTrOf(key.tr) !== undefined) this.keys.set(key.tr, usable);
    return message;
  }

  /** Records stand one behind the other without another separator, so their width is fields ÷ count (official). */
  private records(tr: LiveTr, count: number, fields: Fields, receivedAt: number): LiveMessage {
    const width = fields.count / count;
    if (!Number.isInteger(width)) return bad(`${String(fields.count)} fields are not ${String(count)} records`);
    if (width < leastWidth[tr.kind]) return bad(`a ${tr.kind} of ${String(width)} fields`);
    const records: LiveRecord[] = [];
    const firsts: number[] = [];
    let reason = '';
    for (let first = 0; first < fields.count; first += width) {
      const record = this.record(tr, { fields, first, width }, receivedAt);
      if (typeof record === 'string') {
        reason = record;
        continue;
      }
      records.push(record);
      firsts.push(first);
    }
    if (records.length === 0) return bad(reason);
    const raws = (): readonly string[] => firsts.map((first) => fields.span(first, first + width));
    return { kind: 'records', records, bad: count - records.length, raws };
  }

  private record({ kind, venue }: LiveTr, place: RecordPlace, receivedAt: number): LiveRecord | string {
    if (kind === 'trade') return tradeIn(place, venue, this.midnights);
    return kind === 'book' ? bookIn(place, venue, receivedAt) : noticeIn(place, receivedAt);
  }
}
