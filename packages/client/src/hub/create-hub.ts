import { systemClock, type Clock } from '../runtime/clock.js';
import { silent, type Notify } from '../runtime/notice.js';
import { systemRandom, type Random } from '../runtime/random.js';
import { directLines } from './direct-lines.js';
import { Hub } from './hub.js';
import type { HubOptions } from './options.js';
import { serviceLines } from './service-lines.js';
import { settingsOf } from './settings.js';

/** What tests and programs may replace. */
export interface HubEffects {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Told of everything that makes a call take its time: holds, token waits, retries. */
  readonly notify?: Notify;
  /** In service mode: before every key of the queues, as given to the workers (`prefix` of startService). */
  readonly queuePrefix?: string;
}

/**
 * The only way out to a broker. Validates the settings (one HUB_CONFIG lists every problem) and remembers them; the
 * first call opens the connections. Close it, or declare it with `await using`.
 */
export const createHub = (options: HubOptions = {}, effects: HubEffects = {}): Hub => {
  const settings = settingsOf(options, effects.env ?? process.env);
  const clock = effects.clock ?? systemClock;
  const random = effects.random ?? systemRandom;
  const told = effects.notify ?? silent;
  const listeners = new Set<Notify>();
  const notify: Notify = (notice) => {
    told(notice);
    for (const listener of listeners) listener(notice);
  };
  const onNotice = (listener: Notify): (() => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
  const lines =
    settings.mode === 'service'
      ? serviceLines(settings, { clock, queuePrefix: effects.queuePrefix })
      : directLines(settings, { clock, random, notify });
  return new Hub({ lines, clock, onNotice });
};
