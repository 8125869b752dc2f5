import { brokerCodes } from '@hub/client';
import type { CollectorEvent, CollectorProgress } from '@hub/worker';

import { count, counted } from '../terminal/numbers.js';
import type { Screen } from '../terminal/screen.js';

const everyMs = 1_000;

/** Broker messages are Korean: what they mean stands behind them, where it is on record. */
const explained = (broker: string, code = '', message = ''): string => {
  const known = brokerCodes().find((each) => each.broker === broker && each.code === code);
  return [code, message, known === undefined ? '' : `(${known.meaning})`].filter((part) => part !== '').join(' ');
};

const clock = (atMs: number): string => new Date(atMs + 9 * 3_600_000).toISOString().slice(11, 19);

/** What a collector tells, as a line; undefined when nobody has to know. Times are KST. */
export const collectLine = (event: CollectorEvent, verbose: boolean): string | undefined => {
  switch (event.kind) {
    case 'gap': {
      const feed = `${event.broker} ${event.of} ${event.venue} ${event.symbol}`;
      const missing = event.missing === undefined ? '' : `, ${counted(event.missing, 'share')} missing`;
      if (event.untilMs === null) return `gap opens: ${feed} since ${clock(event.sinceMs)} KST (${event.cause})`;
      return `gap closed: ${feed} ${clock(event.sinceMs)}–${clock(event.untilMs)} KST (${event.cause}${missing})`;
    }
    case 'status': {
      if (event.code === undefined && !verbose) return undefined;
      const feed = `${event.broker} ${event.of} ${event.venue} ${event.symbol}`;
      return `${feed}: ${event.state} ${explained(event.broker, event.code, event.message)}`.trimEnd();
    }
    case 'retry':
      return `a write is tried again: ${event.failure.code} ${event.failure.message}`;
    case 'refused':
      return `${counted(event.events, 'event')} refused by the store: ${event.failure.code} ${event.failure.message}`;
  }
};

/** Shows how a collector fares: a line that changes on a terminal, NDJSON once a second with --json. */
export class CollectView {
  #timer: NodeJS.Timeout | undefined;
  #before = 0;

  constructor(private readonly screen: Screen) {}

  /** From now on it shows this progress, once a second. */
  follow(progress: () => CollectorProgress): void {
    this.#timer = setInterval(() => {
      this.#draw(progress());
    }, everyMs);
  }

  tell(event: CollectorEvent): void {
    this.screen.emit({ event: event.kind, ...event });
    const line = collectLine(event, this.screen.verbose);
    if (line !== undefined) this.screen.note(line);
  }

  close(): void {
    clearInterval(this.#timer);
    this.screen.status('');
  }

  #draw(now: CollectorProgress): void {
    const perSecond = now.received - this.#before;
    this.#before = now.received;
    this.screen.emit({ event: 'progress', ...now, perSecond });
    const { feeds, gaps } = now;
    // A replay asks for none by name.
    const feedsLive = feeds.all === 0 ? counted(feeds.live, 'feed') : `${feeds.live}/${feeds.all} feeds`;
    this.screen.status(
      `${count(perSecond)} events/s  ${feedsLive} live  ${counted(gaps.open, 'gap')} open  ${count(now.received)} received  ${count(now.written)} written`,
    );
  }
}
