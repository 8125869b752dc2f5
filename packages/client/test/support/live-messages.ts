import type { LiveMessage, LiveRecord } from '../../src/broker/live.js';

type Records = Extract<LiveMessage, { readonly kind: 'records' }>;

/** The message, which must be one of records. */
export const recordsOf = (message: LiveMessage): Records => {
  if (message.kind !== 'records') throw new Error(`no records but ${JSON.stringify(message)}`);
  return message;
};

/** The only record of a message. */
export const onlyRecord = (message: LiveMessage): LiveRecord => {
  const { records } = recordsOf(message);
  const [record] = records;
  if (record === undefined || records.length > 1) throw new Error(`${String(records.length)} records`);
  return record;
};

const amount = (value: number): boolean => Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
const maybe = (value: number | null): boolean => value === null || amount(value);

/** What no record may be, whatever text it was read from. Empty for one that is right. */
const flawsOfRecord = (record: LiveRecord): string[] => {
  const right: Record<string, boolean> = {
    atMs: record.atMs === null || Number.isInteger(record.atMs),
    extra: record.extra === undefined || record.extra.length > 0,
  };
  if (record.kind === 'trade') {
    const { price, size, dayVolume, dayValue, ask, bid } = record;
    right.price = amount(price) && price > 0;
    right.size = amount(size) && Number.isInteger(size);
    right.dayVolume = amount(dayVolume) && Number.isInteger(dayVolume);
    right.others = [dayValue, ask, bid].every(maybe) && ask !== 0 && bid !== 0;
  }
  if (record.kind === 'book') {
    const levels = [...record.asks, ...record.bids];
    right.levels = levels.every(
      ({ price, size }) => amount(price) && price > 0 && Number.isInteger(size) && amount(size),
    );
    right.totals = [record.totalAskSize, record.totalBidSize].every(
      (total) => amount(total) && Number.isInteger(total),
    );
  }
  if (record.kind === 'notice') right.fields = Object.values(record.fields).every((value) => typeof value === 'string');
  return Object.entries(right).flatMap(([name, fine]) => (fine ? [] : [`${record.kind}.${name}`]));
};

/** What no message may be, whatever text it was read from. */
export const flawsOfMessage = (message: LiveMessage): string[] => {
  if (message.kind === 'bad') return message.reason === '' ? ['no reason'] : [];
  if (message.kind !== 'records') return [];
  const { records, bad, raws } = message;
  const texts = raws();
  const aligned = texts.length === records.length && texts.every((text) => text !== '');
  return [
    ...records.flatMap(flawsOfRecord),
    ...(aligned ? [] : ['raws']),
    ...(Number.isInteger(bad) && bad >= 0 ? [] : ['bad']),
  ];
};
