import { setTimeout as sleep } from 'node:timers/promises';

import { askHoles, planBackfill, runBackfill, storeIdOf, type BackfillRequest } from '@hub/worker';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { drawing, seedIn } from '../harness/drawing.js';
import { scheduleOf, type Trouble } from './faults.js';
import { judge, type Backfilled } from './judge.js';
import { cast, day, perSecond, Stage } from './stage.js';

interface Plan {
  readonly symbols: number;
  readonly runMs: number;
  readonly troubles: number;
  readonly disk: boolean;
  /** Programs that are not killed: after that of a collector a lease of half a minute has to end. */
  readonly spared: readonly number[];
  /** The last days before the market's, of minute bars and day bars. */
  readonly history: { readonly from: string; readonly to: string };
  /** A feed that is mute is found after 20 s, or 60 s where it never was heard: until then nobody knows of the hole. */
  readonly muteMs: number;
  /** Until every hole has ended, at most. */
  readonly settleMs: number;
}

const quickPlan: Plan = {
  ...{ symbols: 4, runMs: 18_000, troubles: 8, disk: false, spared: [0, 1], muteMs: 0, settleMs: 25_000 },
  history: { from: '2026-11-05', to: '2026-11-05' },
};

const fullPlan = (minutes: number): Plan => ({
  ...{
    symbols: 12,
    runMs: minutes * 60_000,
    troubles: Math.round(21 * minutes),
    disk: true,
    spared: [],
    muteMs: 90_000,
    settleMs: 180_000,
  },
  history: { from: '2026-10-26', to: '2026-11-05' },
});

const lookEveryMs = 1_000;
/** So many looks without a hole. */
const calmLooks = 4;

/** Until everything is committed, whatever happens meanwhile; a command that failed is given again, as a person would. */
const backfill = async (
  stage: Stage,
  interval: '1m' | '1d',
  history: Plan['history'],
  signal: AbortSignal,
): Promise<void> => {
  const { db, redis, symbols } = stage.order;
  const [storeId, redisUrl] = [storeIdOf(db), redis.main];
  const request: BackfillRequest = {
    ...{ broker: 'auto', rates: perSecond, symbols, venue: 'KRX', interval },
    ...history,
  };
  while (!signal.aborted) {
    try {
      const plan = await planBackfill({ redisUrl, storeId, request });
      if (plan.windows.length === 0) return;
      await runBackfill({ redisUrl, plan, signal });
    } catch {
      await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }
};

const untilCalm = async (stage: Stage, withinMs: number, signal: AbortSignal): Promise<boolean> => {
  const { db, redis } = stage.order;
  const endAt = performance.now() + withinMs;
  for (let calm = 0; performance.now() < endAt;) {
    const holes = await askHoles({ redisUrl: redis.main, storeId: storeIdOf(db) }, { kind: 'trade' }).catch(
      () => undefined,
    );
    // A session whose holder was killed goes on when its lease has ended, and only then its hole is told.
    calm = holes?.length === 0 && stage.isLive ? calm + 1 : 0;
    if (calm >= calmLooks) return true;
    await sleep(lookEveryMs, undefined, { signal });
  }
  return false;
};

const countBy = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

const chaos = async (context: CommandContext, given: { seed?: string; minutes?: string }): Promise<Figures> => {
  const seed = seedIn(given.seed);
  const draw = drawing(seed);
  const plan = context.quick ? quickPlan : fullPlan(Number(given.minutes ?? 10));
  const { signal, say } = context;
  const symbols = Array.from({ length: plan.symbols }, (_each, index) => String(100_000 + 10 * index));
  const stage = await Stage.open(context, seed, symbols);
  const { sim } = stage;
  await stage.start();
  say('    all feeds are live');
  const { runMs, troubles: count, disk } = plan;
  const schedule = scheduleOf(draw, {
    count,
    runMs,
    parts: cast.length,
    disk,
    spared: plan.spared,
    mute: plan.muteMs > 0,
  });
  const filled = new AbortController();
  const filling = Promise.all(
    (['1m', '1d'] as const).map((interval) => backfill(stage, interval, plan.history, filled.signal)),
  );
  const began = performance.now();
  for (const { atMs, trouble } of schedule) {
    await sleep(Math.max(0, atMs - (performance.now() - began)), undefined, { signal });
    await stage.trouble(trouble, draw);
  }
  sim.faults.clear();
  say(`    ${String(schedule.length)} troubles are over`);
  const backfilled = Promise.race([filling.then(() => true), sleep(plan.settleMs, false, { signal })]);
  const filledAll = await backfilled;
  filled.abort();
  await sleep(plan.muteMs, undefined, { signal });
  const calm = await untilCalm(stage, plan.settleMs, signal);
  const endMs = Date.now() + stage.order.offsetMs;
  await stage.stop();

  const history: Backfilled = { symbols, ...plan.history };
  const { ticks, bars, holes, examples } = await judge(stage, endMs, history);
  const { brokers, tokenIssues, byTr } = sim.journal();
  const met = {
    ticksAreTrue: ticks.missing === 0 && ticks.wrong === 0 && ticks.true > 0,
    noneDoubled: ticks.doubled === 0,
    minuteBarsAreTrue: bars['1m'].mismatches === 0 && bars['1m'].rowsExpected > 0,
    dayBarsAreTrue: bars['1d'].mismatches === 0 && bars['1d'].rowsExpected > 0,
    nothingLeft: holes === 0 && calm && filledAll,
    noBreach: brokers.kis.breaches === 0 && brokers.kiwoom.breaches === 0,
    oneTokenAMinute: tokenIssues.refused === 0,
    oneSocket: brokers.kis.live.maxSockets <= 1 && brokers.kis.live.bans === 0,
  };
  const figures = {
    ...{
      seed,
      day,
      troubles: countBy(schedule.map(({ trouble }) => nameOf(trouble))),
      ticks,
      bars,
      holes,
      calm,
      filledAll,
      examples,
    },
    recoveries: countBy(stage.ended.map(({ state, by }) => `${state} ${by}`.trim())),
    recoveryCalls: stage.ended.reduce((sum, { calls }) => sum + calls, 0),
    lost: countBy(stage.ended.flatMap(({ state, reason }) => (state === 'unavailable' ? [reason] : []))),
    tokenIssues,
    breaches: { kis: brokers.kis.breaches, kiwoom: brokers.kiwoom.breaches },
    byTr,
  };
  for (const line of JSON.stringify(figures, null, 1).split('\n')) say(line);
  for (const [name, isMet] of Object.entries(met)) say(`${isMet ? '✓' : '✗'} ${name}`);
  return { ok: Object.values(met).every(Boolean), ...figures, met };
};

const nameOf = (trouble: Trouble): string => {
  switch (trouble.kind) {
    case 'kill':
    case 'freeze':
      return `${trouble.kind} ${cast[trouble.part] ?? ''}`;
    case 'rest':
      return `rest ${trouble.fault}`;
    case 'feed':
      return `feed ${trouble.how}`;
    case 'redis':
      return `redis ${trouble.role}`;
    case 'token':
    case 'disk':
      return trouble.kind;
  }
};

await runCommand({ full: 3_600_000, quick: 110_000 }, chaos, { seed: { type: 'string' }, minutes: { type: 'string' } });
