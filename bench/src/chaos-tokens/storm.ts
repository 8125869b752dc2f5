import { demoKeys } from '@hub/broker-sim';

import type { Child } from '../harness/child.js';
import type { Draw } from '../harness/drawing.js';
import { sum } from '../harness/numbers.js';
import { atOnce } from './at-once.js';
import type { Done } from './errand.js';
import { bar, commonBars, type Outcome } from './outcome.js';
import { keyIdOf, openStage, type Key, type Stage } from './stage.js';

export interface StormOptions {
  readonly processes: number;
  readonly calls: number;
  readonly minuteMs: number;
  readonly perSecond: number;
  readonly draw: Draw;
  readonly signal: AbortSignal;
  readonly onExit: (cleanUp: () => Promise<void>) => void;
}

/** Processes that start at a time: two cores load their code for as long as everything else takes. */
const startedAtOnce = 4;
const inFlight = 4;
const pollMs = 200;

const otherKey: Key = { appKey: `PSother${'0'.repeat(25)}demo`, appSecret: 'other-secret'.repeat(15) };

/** Ends tokens of the simulator when this share of all calls has been made. */
interface Blow {
  readonly at: number;
  readonly path: string;
}

const startCallers = (stage: Stage, processes: number): Promise<Child[]> =>
  atOnce(
    startedAtOnce,
    Array.from({ length: processes }, () => () => stage.caller()),
  );

/** Lets everybody call and strikes meanwhile, one blow after the other; those that come too late for that are left out. */
const callUnder = async (
  stage: Stage,
  { total, blows }: { readonly total: number; readonly blows: readonly Blow[] },
  calls: Promise<readonly Done[]>,
): Promise<readonly Done[]> => {
  let over = false;
  const done = calls.finally(() => {
    over = true;
  });
  const strike = async (): Promise<void> => {
    for (const { at, path } of blows) {
      while (!over && (await stage.summary()).calls < at * total) await stage.pass(pollMs);
      if (!over) await stage.tell(path);
    }
  };
  const [result] = await Promise.all([done, strike()]);
  return result;
};

const failuresIn = (done: readonly Done[]): Record<string, number> => {
  const failed: Record<string, number> = {};
  for (const each of done) {
    for (const [code, count] of Object.entries(each.failed)) failed[code] = (failed[code] ?? 0) + count;
  }
  return failed;
};

/** What every storm is measured by. */
const judge = async (stage: Stage, done: readonly Done[]): Promise<Pick<Outcome, 'figures' | 'missed'>> => {
  const common = await commonBars(stage);
  const made = sum(done.map((each) => each.made));
  const failures = failuresIn(done);
  const tokenFailures = sum(Object.entries(failures).map(([code, count]) => (/TOKEN|VAULT/.test(code) ? count : 0)));
  const issued = done.flatMap((each) => each.issued);
  const { breaches } = await stage.summary();
  return {
    figures: {
      processes: done.length,
      calls: made,
      memoryMb: sum(done.map(({ mostMb }) => mostMb)),
      generations: issued.length,
      // Told, not judged here: the verdict is about tokens. What the quota promises is the business of chaos:ledger.
      ...failures,
      breaches,
      ...common.figures,
    },
    missed: [
      ...common.missed,
      ...bar(tokenFailures === 0, `calls failed for want of a token: ${JSON.stringify(failures)}`),
      ...bar(new Set(issued).size === issued.length, 'no generation twice'),
    ],
  };
};

/** The token expires, by its own end and before it, and is revoked, in the middle of everybody's calls. */
export const playStorm = async (options: StormOptions): Promise<Outcome> => {
  const { processes, calls, minuteMs, perSecond, draw, signal, onExit } = options;
  const total = processes * calls;
  // A third of the time that all calls take; renewed before that.
  const lifeMs = Math.max(15_000, Math.round((total / perSecond) * 330));
  const sim = { keys: [demoKeys], tokenLifeMs: lifeMs, sameTokenMs: lifeMs / 4 };
  const stage = await openStage({ minuteMs, perSecond, sim, signal });
  onExit(() => stage.close());
  const callers = await startCallers(stage, processes);
  const errand = { keys: [demoKeys], calls, inFlight, renewBeforeMs: Math.round(lifeMs / 3) };
  // Far apart: a call whose renewed token is rejected as well fails, and rightly so.
  const blows: Blow[] = [
    { at: 0.1 + 0.2 * draw(), path: '/sim/tokens/expire' },
    { at: 0.6 + 0.2 * draw(), path: '/sim/tokens/revoke' },
  ];
  const calling = Promise.all(callers.map((caller) => stage.send(caller, errand)));
  const done = await callUnder(stage, { total, blows }, calling);
  const { figures, missed } = await judge(stage, done);
  await stage.close();
  const renewed = figures.generations ?? 0;
  return { name: 'storm', figures, missed: [...missed, ...bar(renewed > blows.length, 'a token after each blow')] };
};

/** The broker hands a revoked token out again: one key is dead for hours, and all calls go by the other one. */
export const playTrap = async (options: StormOptions): Promise<Outcome> => {
  const { processes, calls, minuteMs, perSecond, draw, signal, onExit } = options;
  const total = processes * calls;
  const keys = [demoKeys, otherKey];
  const sim = { keys, acceptAnyKey: false, deadTokenTrap: true };
  const stage = await openStage({ minuteMs, perSecond, sim, signal });
  onExit(() => stage.close());
  const callers = await startCallers(stage, processes);
  const dying = keyIdOf(demoKeys);
  const blows = [{ at: 0.2 + 0.2 * draw(), path: `/sim/tokens/revoke?key=${dying}` }];
  const calling = Promise.all(callers.map((caller) => stage.send(caller, { keys, calls, inFlight })));
  const done = await callUnder(stage, { total, blows }, calling);
  const [first] = callers;
  // Whoever has no other key is told why.
  const lone = first && (await stage.send(first, { keys: [demoKeys], calls: 1, inFlight: 1 }));
  const { figures, missed } = await judge(stage, done);
  const { arrivals } = await stage.spacing();
  await stage.close();
  const isolated = done.flatMap((each) => each.isolated);
  return {
    name: 'dead-token',
    figures: { ...figures, isolated: isolated.length },
    missed: [
      ...missed,
      ...bar(isolated.includes('HUB_TOKEN_DEAD'), 'the dead key is left alone'),
      ...bar(lone?.failed.HUB_TOKEN_DEAD === 1, 'HUB_TOKEN_DEAD for whoever has that key alone'),
      ...bar(arrivals[dying] === 2, `two requests for the dead token, not ${String(arrivals[dying])}`),
      ...bar(arrivals[keyIdOf(otherKey)] === 1, 'one request for the other token'),
    ],
  };
};
