import { randomUUID } from 'node:crypto';

import { isHubError, normaliserVersion, sourceOf, type BrokerName } from '@hub/client';
import type { FeedBatch, FeedRecovery, Hole } from '@hub/store';

import type { FeedResult } from '../queue/feed-payload.js';
import { shortHash } from '../queue/names.js';
import type { RecoveryPayload, RecoveryReport } from '../queue/recovery-payload.js';
import { barsInstead, final, tellers, type LostEffects } from './lost.js';

/** How a part of a gap was closed, or why it was given up. */
export type Closing =
  | {
      readonly state: 'recovered';
      readonly by: 'present' | BrokerName;
      readonly trades: number;
      readonly calls: number;
    }
  /** Nobody tells it; `expired`: brokers have told it once, and its minute bars are here if anybody tells those. */
  | { readonly state: 'unavailable' | 'expired'; readonly reason: string; readonly calls: number }
  /** Nobody could be asked who might have it. */
  | { readonly state: 'waiting'; readonly reason: string; readonly calls: number };

export interface LadderEffects extends LostEffects {
  readonly storeId: string;
  /** Commits a batch, and says what became of its recovery. */
  readonly write: (batch: FeedBatch) => Promise<FeedResult>;
  /** Has a broker asked. */
  readonly ask: (id: string, payload: RecoveryPayload) => Promise<RecoveryReport>;
}

/** Stable: whoever finds the same hole publishes the same task. BullMQ refuses ':' in it. */
export const recoveryIdOf = (storeId: string, { gapId, symbol, venue, day, fromMs }: Hole): string =>
  [symbol, venue, day, shortHash([storeId, gapId, fromMs].join(' '))].join('.');

/**
 * From what costs nothing to what costs most: is everything here already, told by another feed? Does the broker that is cheapest to
 * ask tell it, or the other one? Minutes whose trades are lost are had as bars, as long as somebody tells those. Rejects with what may be better later.
 */
export const closeHole = async (hole: Hole, effects: LadderEffects): Promise<Closing> => {
  const { storeId, write, ask, served } = effects;
  const id = recoveryIdOf(storeId, hole);
  if (hole.kind === 'book')
    return giveUp(hole, id, { unavailable: 'no broker tells the order books of the past' }, effects);
  const present = await write(batchOf(hole, `${id}.present.${randomUUID().slice(0, 8)}`, { asked: false }));
  if (present.recovery?.state === 'recovered') return { state: 'recovered', by: 'present', trades: 0, calls: 0 };
  const able = new Set(await served());
  const reasons: string[] = [];
  let calls = 0;
  let someAway = false;
  let forgotten = true;
  for (const broker of await tellers(hole, effects)) {
    if (!able.has(broker)) {
      someAway = true;
      reasons.push(`${broker}: no worker has its keys`);
      continue;
    }
    try {
      const report = await ask(`${id}.${broker}`, { v: 1, storeId, broker, part: partOf(hole) });
      calls += report.calls;
      forgotten = false;
      if (report.state === 'recovered') return { state: 'recovered', by: broker, trades: report.trades, calls };
      reasons.push(`${broker}: ${String(report.missing)} shares are still missing after its answer`);
    } catch (error) {
      if (!isHubError(error) || !final.has(error.code)) throw error;
      if (error.code !== 'HUB_RANGE') forgotten = false;
      reasons.push(`${broker}: ${error.code} ${error.message}`);
    }
  }
  if (someAway) return { state: 'waiting', reason: reasons.join('; '), calls };
  if (!forgotten) return { ...(await giveUp(hole, id, { unavailable: reasons.join('; ') }, effects)), calls };
  const bars = await barsInstead(hole, effects);
  if (bars === undefined) return { state: 'waiting', reason: 'minute bars: no worker has the keys', calls };
  const expired = `no broker tells the trades of that day any more; ${bars.words}`;
  return { ...(await giveUp(hole, id, { expired }, effects)), calls: calls + bars.calls };
};

const giveUp = async (
  hole: Hole,
  id: string,
  word: { readonly unavailable: string } | { readonly expired: string },
  { write }: LadderEffects,
): Promise<Extract<Closing, { state: 'unavailable' | 'expired' }>> => {
  await write(batchOf(hole, `${id}.given-up`, { asked: false, ...word }));
  return 'expired' in word
    ? { state: 'expired', reason: word.expired, calls: 0 }
    : { state: 'unavailable', reason: word.unavailable, calls: 0 };
};

const partOf = ({ gapId, kind, symbol, venue, day, fromMs, toMs }: Hole): RecoveryPayload['part'] => ({
  ...{ gapId, kind, symbol, venue, day, fromMs, toMs },
});

/** Without rows: only a word about the hole. */
const batchOf = (
  hole: Hole,
  batchId: string,
  word: Pick<FeedRecovery, 'asked' | 'unavailable' | 'expired'>,
): FeedBatch => ({
  batchId,
  provenance: {
    ...{ broker: hole.broker, source: sourceOf[hole.broker], keyId: null, receivedAtMs: hole.toMs, normaliserVersion },
  },
  recovery: { ...partOf(hole), ...word },
  ...{ ticks: [], books: [], gaps: [] },
});
