import type { BrokerSim, Journal } from '@hub/broker-sim';

import type { Report, SeenGap } from './order.js';

const secondMs = 1_000;
const aroundMs = 60_000;
/** A feed that is acknowledged and mute is asked for again after so long, at the rate of these markets; until then nobody can know it. */
const muteUnknownMs = 65_000;

/** What one collector has seen of one share, over its whole life. */
interface Tale {
  readonly name: string;
  readonly broker: 'kis' | 'kiwoom';
  readonly symbol: string;
  readonly volumes: number[];
  readonly late: Set<number>;
  readonly gaps: Map<string, SeenGap>;
}

/** What became of the promise that trades and gaps together are the truth. */
export interface Judgement {
  readonly trades: number;
  readonly books: number;
  /** Trades that did not come, and happened in no gap that was told. */
  readonly unexplained: readonly string[];
  readonly doubled: number;
  readonly disordered: number;
  readonly gaps: Readonly<Record<string, number>>;
  /** How much longer than the true outage the longest gap is, ms. */
  readonly longestExcessMs: number;
  /** That one, and when nothing could come around it. */
  readonly longest: GapTooLong | null;
}

interface GapTooLong extends SeenGap {
  readonly excessMs: number;
  readonly outages: readonly Stretch[];
}

/** Collects what collectors report and compares it with the simulator. Instants: UTC epoch ms of the market. */
export class LedgerOfTruth {
  readonly #tales = new Map<string, Tale>();
  readonly #ends = new Map<string, number>();
  readonly #readyAt = new Map<string, number>();
  #books = 0;

  ready(group: string, collector: number, atMs: number): void {
    this.#readyAt.set(`${group}.${String(collector)}`, atMs);
  }

  add(group: string, { atMs, seen, gaps, books }: Report): void {
    this.#books += books;
    this.#ends.set(group, atMs);
    for (const { collector, broker, symbol, volumes, late } of seen) {
      const tale = this.#tale(group, collector, broker, symbol);
      for (const volume of volumes) tale.volumes.push(volume);
      for (const volume of late) tale.late.add(volume);
    }
    for (const gap of gaps) {
      const tale = this.#tale(group, gap.collector, gap.broker, gap.symbol);
      // The end of a gap has the id of its beginning, and the one that a reader finds has a name of its own.
      const known = tale.gaps.get(gap.id);
      if (known === undefined || known.untilMs === null) tale.gaps.set(gap.id, gap);
    }
  }

  judge(sim: BrokerSim, day: string, midnightMs: number): Judgement {
    const registered = registrationsIn(sim.journal());
    const unexplained: string[] = [];
    const causes: Record<string, number> = {};
    let longest: GapTooLong | null = null;
    let [trades, doubled, disordered] = [0, 0, 0];
    for (const [key, tale] of this.#tales) {
      const [owner = '', group = ''] = [key.split(' ')[0], key.split('.')[0]];
      const from = this.#readyAt.get(owner);
      const ended = this.#ends.get(group);
      if (from === undefined || ended === undefined) continue;
      const registrations = registered.get(`${tale.broker} ${tale.symbol}`) ?? [];
      const until = knownUntil(registrations, ended);
      trades += tale.volumes.length;
      const came = new Set(tale.volumes);
      doubled += tale.volumes.length - came.size;
      const inTurn = tale.volumes.filter((volume) => !tale.late.has(volume));
      disordered += inTurn.filter((volume, index) => volume <= (inTurn[index - 1] ?? -1)).length;
      const gaps = [...tale.gaps.values()];
      const { count, second, volume } = sim.market.ticks(tale.symbol, 'KRX', day);
      const toldAt = [...second.keys()]
        .filter((index) => came.has(volume[index] ?? 0))
        .map((index) => midnightMs + (second[index] ?? 0) * secondMs);
      const outages = outagesOf(registrations, toldAt);
      for (const gap of gaps) {
        causes[gap.cause] = (causes[gap.cause] ?? 0) + 1;
        const excessMs = excessOf(gap, outages);
        if (excessMs > (longest?.excessMs ?? 0)) {
          const around = outages.filter(
            ({ from, to }) => to > gap.sinceMs - aroundMs && from < (gap.untilMs ?? from) + aroundMs,
          );
          longest = { ...gap, excessMs, outages: around };
        }
      }
      for (let index = 0; index < count; index += 1) {
        const atMs = midnightMs + (second[index] ?? 0) * secondMs;
        // The seconds in which it began and ended are told in part.
        if (atMs <= from + secondMs || atMs >= until - 2 * secondMs || came.has(volume[index] ?? 0)) continue;
        const told = gaps.some(({ sinceMs, untilMs }) => atMs > sinceMs - secondMs && atMs <= (untilMs ?? Infinity));
        if (!told) unexplained.push(`${tale.name} ${new Date(atMs).toISOString()} ${String(volume[index])}`);
      }
    }
    return {
      trades,
      books: this.#books,
      unexplained,
      doubled,
      disordered,
      gaps: causes,
      longest,
      longestExcessMs: longest?.excessMs ?? 0,
    };
  }

  #tale(group: string, collector: number, broker: 'kis' | 'kiwoom', symbol: string): Tale {
    const name = `${group}.${String(collector)} ${broker} ${symbol}`;
    const known = this.#tales.get(name) ?? { name, broker, symbol, volumes: [], late: new Set(), gaps: new Map() };
    this.#tales.set(name, known);
    return known;
  }
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Registration extends Stretch {
  /** Until it was released; it told nothing after `to`. */
  readonly releasedAt: number;
}

const tradeTrs = new Set(['H0STCNT0', '0B']);

/** When somebody was registered for a share, and its registration was not mute, by broker and share. */
const registrationsIn = ({ live }: Journal): Map<string, Registration[]> => {
  const registered = new Map<string, Registration[]>();
  for (const { broker, tr, key, fromMs, toMs, silentFromMs } of live.registrations) {
    if (!tradeTrs.has(tr)) continue;
    const name = `${broker} ${key}`;
    const known = registered.get(name) ?? [];
    const releasedAt = toMs ?? Infinity;
    registered.set(name, [...known, { from: fromMs, to: silentFromMs ?? releasedAt, releasedAt }]);
  }
  return registered;
};

/** Until when a collector that ended then can have known all: a feed that had just fallen mute it could not tell from one without trades. */
const knownUntil = (registered: readonly Registration[], ended: number): number => {
  const mute = registered.find(({ to, releasedAt }) => to < ended && ended < releasedAt && ended - to < muteUnknownMs);
  return mute?.to ?? ended;
};

/**
 * When trades could not come. An outage begins with the last trade that was told before it: that nothing was traded until the break, or that
 * a killed holder had heard one more, nobody can know.
 */
const outagesOf = (registered: readonly Stretch[], toldAt: readonly number[]): Stretch[] => {
  const sorted = registered.toSorted((left, right) => left.from - right.from);
  return sorted.slice(1).map(({ from: to }, index) => {
    const before = sorted[index] ?? { from: to, to };
    return { from: Math.max(before.from, toldAt.findLast((atMs) => atMs <= before.to) ?? 0), to };
  });
};

/** A gap within which there was no outage is one as a whole. */
const excessOf = ({ sinceMs, untilMs, cause }: SeenGap, outages: readonly Stretch[]): number => {
  if (untilMs === null || cause === 'volume') return 0;
  const within = outages
    .map(({ from, to }) => Math.min(to, untilMs) - Math.max(from, sinceMs))
    .filter((ms) => ms > 0)
    .reduce((sum, ms) => sum + ms, 0);
  return untilMs - sinceMs - within;
};
