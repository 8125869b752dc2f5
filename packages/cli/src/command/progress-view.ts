import type { BackfillPlan, BackfillProgress } from '@hub/worker';

import { PaceMeter, progressLine } from '../terminal/progress.js';
import type { Screen } from '../terminal/screen.js';

const drawEveryMs = 200;
/** Without a terminal every line stays, so there are few of them. */
const noteEveryMs = 5_000;
const firstNoteMs = 1_500;

/** Shows how far a backfill is: a bar that moves, or a line now and then. */
export class ProgressView {
  readonly #meter: PaceMeter;
  readonly #timer: NodeJS.Timeout;
  readonly #first: NodeJS.Timeout;
  #progress: BackfillProgress;
  #noted = '';

  constructor(
    private readonly screen: Screen,
    plan: BackfillPlan,
    quotaTimeMs: number,
  ) {
    this.#meter = new PaceMeter(
      plan.estimatedCalls,
      quotaTimeMs === 0 ? 1 : (plan.estimatedCalls / quotaTimeMs) * 1_000,
    );
    this.#progress = { windowsDone: 0, windowsFailed: 0, windowsTotal: plan.windows.length, rows: 0, calls: 0 };
    this.#meter.note(0, performance.now());
    this.#timer = setInterval(() => this.#draw(), screen.live ? drawEveryMs : noteEveryMs);
    this.#first = setTimeout(() => this.#draw(), screen.live ? 0 : firstNoteMs);
  }

  /** Windows that are neither stored nor failed. */
  get openWindows(): number {
    const { windowsDone, windowsFailed, windowsTotal } = this.#progress;
    return windowsTotal - windowsDone - windowsFailed;
  }

  show(progress: BackfillProgress): void {
    this.#progress = progress;
    this.#meter.note(progress.calls, performance.now());
  }

  close(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#first);
    this.screen.status('');
  }

  #draw(): void {
    const line = progressLine(this.#progress, this.#meter.read(performance.now()), this.screen.columns - 1);
    if (this.screen.live) this.screen.status(line);
    else if (line !== this.#noted) this.screen.note(line);
    this.#noted = line;
  }
}
