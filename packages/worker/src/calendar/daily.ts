import { koreanDay, type OverrideDay, type Store } from '@hub/store';

import { failureOf } from '../error.js';
import { calendarDisagreements, type CalendarDisagreement } from './disagreement.js';
import { refreshTradingDays, type RefreshOptions } from './refresh.js';

/** What the keeper of a calendar tells. */
export type CalendarEvent =
  /** The store has the broker's days; `asked` when this process made the call of today. `lastDay` is the last that was told. */
  | { readonly kind: 'calendar-refreshed'; readonly asked: boolean; readonly days: number; readonly lastDay: string }
  /** Told once by a process for each day and wording. */
  | ({ readonly kind: 'calendar-disagreement' } & CalendarDisagreement)
  /** Trouble that it goes on after: what was known stays. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

/** What `startCalendar` takes. */
export interface CalendarOptions extends Omit<RefreshOptions, 'signal' | 'store'> {
  readonly store: Pick<Store, 'saveTradingDays' | 'calendar'>;
  /** The user's own calendar, as the store was given it: its disagreements are told as well. */
  readonly overrides?: readonly OverrideDay[];
  /** How often it looks whether a new Korean day has begun, ms; a minute unless given. */
  readonly lookEveryMs?: number;
  /** Told of answers, disagreements and trouble. */
  readonly onEvent?: (event: CalendarEvent) => void;
}

/** One that runs. */
export interface CalendarKeeper extends AsyncDisposable {
  /** Resolves when the first look is over, however it ended. */
  readonly ready: Promise<void>;
  /** Ends a call in flight, and asks no more. Safe to call twice. */
  close(): Promise<void>;
}

const lookEveryMs = 60_000;
/** Where nobody has told, or a call failed before it left: again after this. What has left is not repeated that day. */
const againMs = 600_000;

/**
 * Keeps the days of a store fresh: at once, and when a Korean day begins, by one call a day of all processes. Goes on
 * quietly where only Kiwoom is set up. Its timer does not keep the process alive.
 */
export const startCalendar = (options: CalendarOptions): CalendarKeeper => {
  const keeper = new Keeper(options);
  const timer = setInterval(() => void keeper.look(), options.lookEveryMs ?? lookEveryMs);
  timer.unref();
  const ready = keeper.look();
  const close = async (): Promise<void> => {
    clearInterval(timer);
    await keeper.close();
  };
  return { ready, close, [Symbol.asyncDispose]: close };
};

class Keeper {
  readonly #end = new AbortController();
  readonly #told = new Set<string>();
  #looking: Promise<void> | undefined;
  #freshOn: string | undefined;
  #notBefore = 0;

  constructor(private readonly options: CalendarOptions) {}

  /** Joins a look that is under way. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { store, overrides, now = Date.now } = this.options;
    const today = koreanDay(now());
    if (this.#end.signal.aborted || this.#freshOn === today || now() < this.#notBefore) return;
    this.#notBefore = now() + againMs;
    try {
      const refreshed = await refreshTradingDays({ ...this.options, signal: this.#end.signal });
      if ('days' in refreshed) {
        this.#freshOn = today;
        this.#notBefore = 0;
        const { kind, days } = refreshed;
        const lastDay = days.at(-1)?.day ?? today;
        this.#tell({ kind: 'calendar-refreshed', asked: kind === 'asked', days: days.length, lastDay });
      } else if (refreshed.kind === 'spent') this.#notBefore = 0; // the answer of the one who asks is about to come
    } catch (error) {
      this.#trouble(error, today);
    }
    try {
      for (const each of await calendarDisagreements(store, overrides, now())) this.#once(each);
    } catch (error) {
      this.#trouble(error, today);
    }
  }

  #tell(event: CalendarEvent): void {
    this.options.onEvent?.(event);
  }

  #once(disagreement: CalendarDisagreement): void {
    const key = JSON.stringify(disagreement);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#tell({ kind: 'calendar-disagreement', ...disagreement });
  }

  /** Once a day for each code: the same trouble comes again with every look. */
  #trouble(error: unknown, today: string): void {
    if (this.#end.signal.aborted) return;
    const { code, message } = failureOf(error);
    const key = `${today} ${code}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#tell({ kind: 'error', code, message });
  }
}
