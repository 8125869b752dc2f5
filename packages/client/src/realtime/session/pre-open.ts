import { kstDay } from '../../broker/kst.js';
import { openingOn } from '../../broker/session.js';
import { sleep, type Clock } from '../../runtime/clock.js';

export interface PreOpenParts {
  readonly clock: Clock;
  /** So long before the opening it is looked first, ms. */
  readonly leadMs: number;
  /** Of a KST day, `YYYY-MM-DD`; one that nobody knows counts as one. Weekends are not asked for. */
  readonly isTradingDay: (day: string) => boolean;
  /** What is wrong, in words; undefined: there is nothing to look at here. */
  readonly look: () => Promise<readonly string[] | undefined>;
  readonly tell: (problems: readonly string[], opensInMs: number) => void;
  readonly signal: AbortSignal;
}

/** Between two looks, and so long something has to be wrong before it is told: a socket may just be opening. */
export const lookAgainMs = 5_000;
/** A clock may be set, and a machine may sleep: no pause is longer. */
const longestPauseMs = 60_000;

/** Looks before the market opens whether all is ready, until the signal aborts; tells it, and again when it changes. */
export const watchPreOpen = async ({
  clock,
  leadMs,
  isTradingDay,
  look,
  tell,
  signal,
}: PreOpenParts): Promise<void> => {
  let told: string | undefined;
  let before: string | undefined;
  while (!signal.aborted) {
    const now = clock.now();
    const opens = openingOn(now);
    const leftMs = opens === undefined || !isTradingDay(kstDay(now)) ? 0 : opens - now;
    if (leftMs <= 0 || leftMs > leadMs) {
      told = before = undefined;
      await sleep(clock, Math.min(longestPauseMs, leftMs > leadMs ? leftMs - leadMs : longestPauseMs), signal);
      continue;
    }
    const problems = await look();
    const text = problems?.join('\n');
    if (problems !== undefined && text !== told && (text === '' || text === before)) {
      tell(problems, leftMs);
      told = text;
    }
    before = text;
    await sleep(clock, Math.min(lookAgainMs, leftMs), signal);
  }
};
