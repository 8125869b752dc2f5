import { isHubError } from '../error/index.js';
import type { Clock } from '../runtime/clock.js';
import type { Notice } from '../runtime/notice.js';
import type { CallFacts, CallFailed, CallProgress, CallWatch, Watcher } from './contract.js';

/** What the steps of the chain have to tell of a call; the rest is known at its ends. */
export interface CallReport {
  permit(keyId: string, waitMs: number): void;
  refused(budget: string): void;
  retry(code: string, waitMs: number): void;
}

export interface ObservationOptions {
  readonly watchers: readonly Watcher[];
  readonly clock: Clock;
  /** Hides secrets and accounts in a text. */
  readonly redact: (text: string) => string;
}

/** Tells the watchers of every call. */
export class Observation {
  readonly #options: ObservationOptions;
  #calls = 0;

  constructor(options: ObservationOptions) {
    this.#options = options;
  }

  notice(notice: Notice): void {
    for (const watcher of this.#options.watchers) watcher.notice?.(notice);
  }

  /** Runs one call; its outcome stays what it is, whoever watches. Without a report: nobody does. */
  async call<Answer extends { readonly status: number; readonly keyId: string; readonly requestId: string }>(
    asked: Omit<CallFacts, 'id'>,
    run: (report?: CallReport) => Promise<Answer>,
  ): Promise<Answer> {
    this.#calls += 1;
    const facts: CallFacts = { id: this.#calls, ...asked };
    const watches: CallWatch[] = [];
    for (const watcher of this.#options.watchers) {
      const watch = watcher.watch(facts);
      if (watch !== undefined) watches.push(watch);
    }
    if (watches.length === 0) return run();
    const course = new Course(watches, this.#options.clock);
    try {
      const answer = await enclosed(watches, () => run(course));
      const { status, keyId, requestId } = answer;
      const end = { ...course.progress(status, keyId), requestId };
      for (const watch of watches) watch.answered?.(end);
      return answer;
    } catch (error) {
      const end = this.#failureOf(error, course);
      for (const watch of watches) watch.failed?.(end);
      throw error;
    }
  }

  #failureOf(error: unknown, course: Course): CallFailed {
    const code = isHubError(error) ? error.code : 'HUB_UNEXPECTED';
    const message = error instanceof Error ? error.message : String(error);
    return { ...course.progress(statusIn(error)), code, message: this.#options.redact(message) };
  }
}

/** Each watcher around the next. */
const enclosed = <T>(watches: readonly CallWatch[], run: () => Promise<T>): Promise<T> =>
  watches.reduce<() => Promise<T>>(
    (inner, watch) => (watch.around === undefined ? inner : () => watch.around?.(inner) ?? inner()),
    run,
  )();

/** Of the answer that an error is about. */
const statusIn = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, fault, cause } = error as { status?: unknown; fault?: { status?: unknown }; cause?: unknown };
  const found = status ?? fault?.status;
  return typeof found === 'number' ? found : statusIn(cause);
};

/** What one call went through so far. */
class Course implements CallReport {
  readonly #startedAt: number;
  #attempts = 0;
  #waitMs = 0;
  #keyId: string | undefined;

  constructor(
    private readonly watches: readonly CallWatch[],
    private readonly clock: Clock,
  ) {
    this.#startedAt = clock.monotonic();
  }

  permit(keyId: string, waitMs: number): void {
    this.#attempts += 1;
    this.#waitMs += waitMs;
    this.#keyId = keyId;
    const taken = { keyId, waitMs, attempt: this.#attempts };
    for (const watch of this.watches) watch.permit?.(taken);
  }

  refused(budget: string): void {
    for (const watch of this.watches) watch.refused?.(budget);
  }

  retry(code: string, waitMs: number): void {
    const planned = { attempt: this.#attempts, code, waitMs };
    for (const watch of this.watches) watch.retry?.(planned);
  }

  progress(status: number | undefined, keyId = this.#keyId): CallProgress {
    const durationMs = this.clock.monotonic() - this.#startedAt;
    return { attempts: this.#attempts, waitMs: this.#waitMs, durationMs, keyId, status };
  }
}
