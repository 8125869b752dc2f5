import { count, counted, duration } from './numbers.js';
import { clip } from './width.js';

/** How far a backfill is. */
export interface Progress {
  readonly windowsDone: number;
  readonly windowsFailed: number;
  readonly windowsTotal: number;
  readonly rows: number;
  readonly calls: number;
}

export interface Pace {
  /** Calls per second lately; undefined until two measurements are there. */
  readonly callsPerSecond: number | undefined;
  /** Milliseconds that are left, as far as one can tell. */
  readonly leftMs: number | undefined;
}

const barColumns = 24;
const paceWindowMs = 5_000;
/** Calls are counted when their window is stored, so the first figures are too low: believe no less than this part. */
const slowestShare = 4;

/** Follows a backfill and tells its pace over the last seconds: a hold at the start must not spoil the estimate. */
export class PaceMeter {
  readonly #plannedCalls: number;
  readonly #perSecond: number;
  #seen: { readonly atMs: number; readonly calls: number }[] = [];

  /** @param perSecond what the quota allows: no run is faster */
  constructor(plannedCalls: number, perSecond: number) {
    this.#plannedCalls = plannedCalls;
    this.#perSecond = perSecond;
  }

  /** @param nowMs of a monotonic clock */
  note(calls: number, nowMs: number): void {
    this.#seen.push({ atMs: nowMs, calls });
    // The oldest point stays outside the window, so that a quiet window has a start.
    while ((this.#seen[1]?.atMs ?? Infinity) < nowMs - paceWindowMs) this.#seen.shift();
  }

  read(nowMs: number): Pace {
    const [first] = this.#seen;
    const last = this.#seen.at(-1);
    if (first === undefined || last === undefined) return { callsPerSecond: undefined, leftMs: undefined };
    const spanMs = nowMs - first.atMs;
    const made = last.calls - first.calls;
    if (spanMs < 500 || made === 0) return { callsPerSecond: undefined, leftMs: undefined };
    const callsPerSecond = (made * 1_000) / spanMs;
    const rate = Math.min(this.#perSecond, Math.max(callsPerSecond, this.#perSecond / slowestShare));
    return { callsPerSecond, leftMs: (Math.max(0, this.#plannedCalls - last.calls) * 1_000) / rate };
  }
}

/** One line: bar, share, windows, rows, calls, rate, time left; cut to the width of the terminal. */
export const progressLine = (progress: Progress, pace: Pace, columns: number): string => {
  const { windowsDone, windowsFailed, windowsTotal, rows, calls } = progress;
  const settled = windowsDone + windowsFailed;
  const share = windowsTotal === 0 ? 1 : Math.min(1, settled / windowsTotal);
  const filled = Math.floor(share * barColumns);
  const total = count(windowsTotal);
  const facts = [
    `${String(Math.floor(share * 100)).padStart(3)} %`,
    `${count(settled).padStart(total.length)}/${total} windows`,
    ...(windowsFailed === 0 ? [] : [`${count(windowsFailed)} failed`]),
    counted(rows, 'row'),
    counted(calls, 'call'),
    ...(pace.callsPerSecond === undefined ? [] : [`${pace.callsPerSecond.toFixed(1)}/s`]),
    ...(pace.leftMs === undefined || share === 1 ? [] : [`${duration(pace.leftMs)} left`]),
  ];
  return clip(`${'█'.repeat(filled)}${'░'.repeat(barColumns - filled)} ${facts.join('  ')}`, columns);
};
