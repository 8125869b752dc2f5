import { randomUUID } from 'node:crypto';

import { normaliserVersion, sourceOf, type BrokerName, type Interval } from '@hub/client';
import { startOfDay, type Store } from '@hub/store';

import { oldestKept } from '../queue/check-request.js';
import type { BackfillRequest } from '../queue/payload.js';

const dayMs = 86_400_000;
/** Rows of coverage that are written at once. */
const atOnce = 10_000;

/** Missing days of many symbols, without those that no broker keeps any more; and these. */
export const splitExpired = (
  missing: ReadonlyMap<string, readonly string[]>,
  interval: Interval,
  now: number,
): { readonly kept: Map<string, string[]>; readonly expired: readonly (readonly [symbol: string, day: string])[] } => {
  const oldest = oldestKept(interval, now) ?? '';
  const entries = [...missing];
  return {
    kept: new Map(entries.map(([symbol, days]) => [symbol, days.filter((day) => day >= oldest)])),
    expired: entries.flatMap(([symbol, days]) =>
      days.filter((day) => day < oldest).map((day) => [symbol, day] as const),
    ),
  };
};

/** Nobody has to ask for them again: no call will bring what every broker has dropped. */
export const recordExpired = async (
  days: readonly (readonly [symbol: string, day: string])[],
  { broker: asked, venue, interval }: Pick<BackfillRequest, 'broker' | 'venue' | 'interval'>,
  { store, now }: { readonly store: Pick<Store, 'write'>; readonly now: () => number },
): Promise<void> => {
  const broker: BrokerName = asked === 'auto' ? 'kis' : asked;
  const series = { venue, interval, source: sourceOf[broker], kind: 'candle', state: 'expired' } as const;
  for (let start = 0; start < days.length; start += atOnce) {
    await store.write({
      batchId: `expired.${randomUUID()}`,
      // Nobody was asked: it is the age that tells.
      provenance: { broker, requestIds: [], tr: 'none', keyId: 'none', fetchedAtMs: now(), normaliserVersion },
      rows: [],
      coverage: days.slice(start, start + atOnce).map(([symbol, day]) => {
        const fromMs = startOfDay(day);
        return { ...series, symbol, day, fromMs, toMs: fromMs + dayMs };
      }),
    });
  }
};
