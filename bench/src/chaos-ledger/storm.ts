import type { Child } from '../harness/child.js';
import type { Draw } from '../harness/drawing.js';
import { epochMs } from '../harness/numbers.js';
import type { Scenario } from './scenario.js';
import { startWithinMs, type Stage } from './stage.js';

const stormMs = 90_000;

type Gust = (stage: Stage, callers: Child[], draw: Draw) => Promise<void>;

const pickOne = (callers: readonly Child[], draw: Draw): Child | undefined =>
  callers[Math.floor(draw() * callers.length)];

const gusts: readonly Gust[] = [
  async (stage, callers, draw) => {
    const victim = pickOne(callers, draw);
    if (victim !== undefined) callers.splice(callers.indexOf(victim), 1);
    await victim?.signal('SIGKILL');
    callers.push(stage.call());
  },
  async (stage, callers, draw) => {
    const victim = pickOne(callers, draw);
    await victim?.signal('SIGSTOP');
    await stage.pass(6_000 * draw());
    await victim?.signal('SIGCONT');
  },
  async (stage, _callers, draw) => {
    stage.gatekeeper.signal('SIGSTOP');
    await stage.pass(8_000 * draw());
    stage.gatekeeper.signal('SIGCONT');
  },
  async (stage) => stage.gatekeeper.start('empty'),
  async (stage) => stage.gatekeeper.flush(),
  (stage, callers, draw) => {
    callers.push(stage.call({ clock: { offMs: 10_000 * (draw() - 0.5), jumpMs: 5_000 * draw() } }));
    return Promise.resolve();
  },
];

/** Everything at once, one after the other, as the seed has it. */
export const storm: Scenario = {
  name: 'storm',
  quick: false,
  play: async (stage, draw) => {
    const callers = Array.from({ length: 4 }, () => stage.call());
    await stage.untilSpeed(0.5, startWithinMs);
    let count = 0;
    for (const end = epochMs() + stormMs; epochMs() < end; count += 1) {
      await stage.pass(4_000 * draw());
      await gusts[Math.floor(draw() * gusts.length)]?.(stage, callers, draw);
    }
    const recoveryMs = await stage.untilSpeed(0.8, 90_000);
    return { figures: { gusts: count, recoveryMs: Math.round(recoveryMs) }, missed: [] };
  },
};
