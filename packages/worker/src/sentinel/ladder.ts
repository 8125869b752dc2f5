import { randomUUID } from 'node:crypto';

import { isHubError, normaliserVersion, sourceOf, type BrokerName } from '@hub/client';
import { koreanDay, type FeedBatch, type FeedRecovery, type Hole } from '@hub/store';

import type { FeedResult } from '../queue/feed-payload.js';
import { shortHash } from '../queue/names.js';
import type { RecoveryPayload, RecoveryReport } from '../queue/recovery-payload.js';

/** How a part of a gap was closed, or why it was given up. */
export type Closing =
  | {
      readonly state: 'recovered';
      readonly by: 'present' | BrokerName;
      readonly trades: number;
      readonly calls: number;
    }
  | { readonly state: 'unavailable'; readonly reason: string; readonly calls: number }
  /** Nobody could be asked who might have it. */
  | { readonly state: 'waiting'; readonly reason: string; readonly calls: number };

export interface LadderEffects {
  readonly storeId: string;
  /** Commits a batch, and says what became of its recovery. */
  readonly write: (batch: FeedBatch) => Promise<FeedResult>;
  /** Has a broker asked. */
  readonly ask: (id: string, payload: RecoveryPayload) => Promise<RecoveryReport>;
  /** Brokers that workers serve now. */
  readonly served: () => Promise<readonly BrokerName[]>;
  readonly now: () => number;
}

/** Stable: whoever finds the same hole publishes the same task. BullMQ refuses ':' in it. */
export const recoveryIdOf = (storeId: string, { gapId, symbol, venue, day, fromMs }: Hole): string =>
  [symbol, venue, day, shortHash([storeId, gapId, fromMs].join(' '))].join('.');

/** What a broker refuses it would refuse again; everything else may be better in a minute. */
const final = new Set([
  'HUB_RANGE',
  'HUB_SYMBOL_UNKNOWN',
  'HUB_CALL_INVALID',
  'HUB_BROKER_REFUSED',
  'HUB_ANSWER_UNREADABLE',
]);

/**
 * From what costs nothing to what costs most: is everything here already, told by another feed? Does the broker that is cheapest to
 * ask tell it, or the other one? Rejects with what may be better later.
 */
export const closeHole = async (hole: Hole, effects: LadderEffects): Promise<Closing> => {
  const { storeId, write, ask, served, now } = effects;
  const id = recoveryIdOf(storeId, hole);
  if (hole.kind === 'book') return giveUp(hole, id, 'no broker tells the order books of the past', effects);
  const present = await write(batchOf(hole, `${id}.present.${randomUUID().slice(0, 8)}`, { asked: false }));
  if (present.recovery?.state === 'recovered') return { state: 'recovered', by: 'present', trades: 0, calls: 0 };
  const able = new Set(await served());
  const reasons: string[] = [];
  let calls = 0;
  let someAway = false;
  for (const broker of brokersFor(hole, koreanDay(now()))) {
    if (!able.has(broker)) {
      someAway = true;
      reasons.push(`${broker}: no worker has its keys`);
      continue;
    }
    try {
      const report = await ask(`${id}.${broker}`, { v: 1, storeId, broker, part: partOf(hole) });
      calls += report.calls;
      if (report.state === 'recovered') return { state: 'recovered', by: broker, trades: report.trades, calls };
      reasons.push(`${broker}: ${String(report.missing)} shares are still missing after its answer`);
    } catch (error) {
      if (!isHubError(error) || !final.has(error.code)) throw error;
      reasons.push(`${broker}: ${error.code} ${error.message}`);
    }
  }
  const reason = reasons.join('; ');
  if (someAway) return { state: 'waiting', reason, calls };
  return { ...(await giveUp(hole, id, reason, effects)), calls };
};

/** Today KIS takes the fewest calls; of days before only Kiwoom tells trades, and only of the last one. */
const brokersFor = ({ day }: Hole, today: string): readonly BrokerName[] =>
  day === today ? ['kis', 'kiwoom'] : ['kiwoom'];

const giveUp = async (
  hole: Hole,
  id: string,
  reason: string,
  { write }: LadderEffects,
): Promise<Extract<Closing, { state: 'unavailable' }>> => {
  await write(batchOf(hole, `${id}.given-up`, { asked: false, unavailable: reason }));
  return { state: 'unavailable', reason, calls: 0 };
};

const partOf = ({ gapId, kind, symbol, venue, day, fromMs, toMs }: Hole): RecoveryPayload['part'] => ({
  ...{ gapId, kind, symbol, venue, day, fromMs, toMs },
});

/** Without rows: only a word about the hole. */
const batchOf = (hole: Hole, batchId: string, word: Pick<FeedRecovery, 'asked' | 'unavailable'>): FeedBatch => ({
  batchId,
  provenance: {
    ...{ broker: hole.broker, source: sourceOf[hole.broker], keyId: null, receivedAtMs: hole.toMs, normaliserVersion },
  },
  recovery: { ...partOf(hole), ...word },
  ...{ ticks: [], books: [], gaps: [] },
});
