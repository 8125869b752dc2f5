import { openStore, type Store } from '@hub/store';

import { compareWithTruth, type Comparison } from '../harness/truth.js';
import { day, type Stage } from './stage.js';

/** What the store has in the end, beside the truth. */
export interface Judgement {
  readonly ticks: {
    readonly true: number;
    readonly stored: number;
    /** True, between the first live feed and the end, and not stored. */
    readonly missing: number;
    /** Stored, and not true. */
    readonly wrong: number;
    readonly doubled: number;
  };
  readonly bars: Readonly<Record<'1m' | '1d', Comparison>>;
  readonly holes: number;
  readonly examples: readonly string[];
}

const kstMidnight = Date.parse(`${day}T00:00:00+09:00`);
/** The seconds in which collecting began and ended are told in part. */
const edgeMs = 2_000;
/** Between two trades of a share. */
const longestPauseMs = 60_000;

export interface Backfilled {
  readonly symbols: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** Opens the file of the writer, which has ended. */
export const judge = async (stage: Stage, endMs: number, backfilled: Backfilled): Promise<Judgement> => {
  await using store = await openStore({ path: stage.order.db });
  const ticks = { true: 0, stored: 0, missing: 0, wrong: 0, doubled: 0 };
  const examples: string[] = [];
  for (const symbol of stage.order.symbols) await judgeTicks(stage, store, { symbol, endMs, ticks, examples });
  const bars = async (interval: '1m' | '1d'): Promise<Comparison> =>
    compareWithTruth(store, stage.sim.truth({ ...backfilled, venue: 'KRX', interval }));
  return {
    ticks,
    bars: { '1m': await bars('1m'), '1d': await bars('1d') },
    holes: (await store.holes({ kind: 'trade' })).length,
    examples: examples.slice(0, 10),
  };
};

const judgeTicks = async (
  { sim, firstLiveMs }: Stage,
  store: Store,
  to: {
    readonly symbol: string;
    readonly endMs: number;
    ticks: Record<keyof Judgement['ticks'], number>;
    examples: string[];
  },
): Promise<void> => {
  const { symbol, endMs, ticks, examples } = to;
  const rows = new Map<number, { price: number; size: number }>();
  for await (const { dayVolume, price, size } of store.ticks({ symbol, venue: 'KRX', day })) {
    if (rows.has(dayVolume)) ticks.doubled += 1;
    rows.set(dayVolume, { price, size });
  }
  ticks.stored += rows.size;
  const truth = sim.market.ticks(symbol, 'KRX', day.replaceAll('-', ''));
  const last = Math.max(...rows.keys());
  const lastMs = kstMidnight + (truth.second[truth.volume.indexOf(last)] ?? 0) * 1_000;
  // That a trade was lost the next one tells: behind the last one nobody can know, unless it was long ago.
  const untilMs = lastMs > endMs - longestPauseMs ? Math.min(lastMs, endMs - edgeMs) : endMs - edgeMs;
  for (let index = 0; index < truth.count; index += 1) {
    const dayVolume = truth.volume[index] ?? 0;
    const row = rows.get(dayVolume);
    rows.delete(dayVolume);
    const atMs = kstMidnight + (truth.second[index] ?? 0) * 1_000;
    const size = dayVolume - (truth.volume[index - 1] ?? 0);
    if (row !== undefined && (row.price !== truth.price[index] || row.size !== size)) {
      ticks.wrong += 1;
      examples.push(
        `${symbol} ${String(dayVolume)}: ${JSON.stringify(row)}, true ${String(truth.price[index])} x ${String(size)}`,
      );
    }
    if (atMs <= firstLiveMs + edgeMs || atMs >= untilMs) continue;
    ticks.true += 1;
    if (row !== undefined) continue;
    ticks.missing += 1;
    examples.push(`${symbol} ${new Date(atMs).toISOString()} ${String(dayVolume)}: missing`);
  }
  ticks.wrong += rows.size;
  for (const dayVolume of rows.keys()) examples.push(`${symbol} ${String(dayVolume)}: stored, and not true`);
};
