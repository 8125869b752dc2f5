/** What rows of a read must be. */
export interface Expected {
  readonly kind: 'candle' | 'tick' | 'quote' | 'book' | 'answer';
  /** Instants of rows lie between these, both included. */
  readonly fromMs: number;
  readonly untilMs: number;
}

type Row = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const amount: Check = (value) => typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
const shares: Check = (value) => amount(value) && Number.isInteger(value) && !Object.is(value, -0);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const text: Check = (value) => typeof value === 'string' && value !== '';
const level: Check = (value) => {
  const { price, size } = value as Row;
  return amount(price) && price !== 0 && shares(size);
};
const levels: Check = (value) => Array.isArray(value) && value.length <= 10 && value.every(level);

const stock = { symbol: text, venue: text, source: text };
const provenance = { broker: text, tr: text, requestIds: Array.isArray, fetchedAtMs: amount, keyId: text };
const prices = { open: amount, high: amount, low: amount };

const shapes: Readonly<Record<Exclude<Expected['kind'], 'answer'>, Readonly<Record<string, Check>>>> = {
  candle: { ...stock, ...prices, interval: text, close: amount, volume: shares, value: maybe(amount), startMs: amount },
  tick: {
    ...stock,
    atMs: amount,
    price: amount,
    size: shares,
    dayVolume: shares,
    dayValue: maybe(amount),
    side: maybe(text),
    ask: maybe(amount),
    bid: maybe(amount),
  },
  quote: {
    ...stock,
    ...provenance,
    price: amount,
    base: amount,
    open: maybe(amount),
    high: maybe(amount),
    low: maybe(amount),
    upperLimit: amount,
    lowerLimit: amount,
    volume: shares,
    value: maybe(amount),
  },
  book: {
    ...stock,
    ...provenance,
    asks: levels,
    bids: levels,
    totalAskSize: shares,
    totalBidSize: shares,
    timeOfDayMs: maybe((value) => amount(value) && (value as number) < 86_400_000),
  },
};

/** Fields that are missing, too many, NaN, infinite, below zero, or an instant out of range. Empty for a row that is right. */
export const flawsOf = (row: object, { kind, fromMs, untilMs }: Expected): string[] => {
  if (kind === 'answer') return 'body' in row && 'tr' in row ? [] : ['no answer'];
  const shape = shapes[kind];
  const fields = row as Row;
  const flaws = [...new Set([...Object.keys(shape), ...Object.keys(fields)])]
    .filter((name) => shape[name]?.(fields[name]) !== true)
    .map((name) => `${kind}.${name} = ${String(fields[name])}`);
  const instant = fields.startMs ?? fields.atMs;
  const late = typeof instant === 'number' && (instant < fromMs || instant > untilMs);
  return late ? [...flaws, `${kind} of ${new Date(instant).toISOString()}`] : flaws;
};
