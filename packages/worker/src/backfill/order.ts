import { historyKeptDays } from '@hub/client';
import { startOfDay } from '@hub/store';

import type { WindowSpec } from '../queue/payload.js';

const dayMs = 86_400_000;

/** When a broker begins to forget a window, UTC epoch ms; Infinity where it is not known to forget at all. */
export const expiresAtMs = ({ broker, interval, from }: Pick<WindowSpec, 'broker' | 'interval' | 'from'>): number =>
  startOfDay(from) + historyKeptDays(broker, interval) * dayMs;

/** What a broker forgets soonest comes first; windows that are forgotten together keep their order. */
export const soonestToExpireFirst = (windows: readonly WindowSpec[]): WindowSpec[] =>
  windows
    .map((window) => ({ window, at: expiresAtMs(window), day: window.from }))
    .sort((one, other) => (one.at === other.at ? one.day.localeCompare(other.day) : one.at - other.at))
    .map(({ window }) => window);
