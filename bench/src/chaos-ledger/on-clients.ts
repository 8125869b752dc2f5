import type { Child } from '../harness/child.js';
import { epochMs } from '../harness/numbers.js';
import type { InHand } from './caller.js';
import { startProxy } from './proxy.js';
import { bar, round, type Scenario } from './scenario.js';
import { fullSpeed, startWithinMs } from './stage.js';

/** Nearly full speed: a second of a jittery line holds a call more or less. */
const nearlyFull = 0.85;

/** The longest time after which somebody who was killed on this machine is missed no more. */
const missedNoMoreMs = 15_000;

export const holderKilled: Scenario = {
  name: 'holder-killed',
  quick: true,
  play: async (stage, draw) => {
    const callers: Child[] = Array.from({ length: 4 }, () => stage.call());
    await stage.untilSpeed(nearlyFull, startWithinMs);
    let slowest = 0;
    for (let kill = 0; kill < 3; kill += 1) {
      await stage.pass(500 + 1_500 * draw());
      const [victim] = callers.splice(Math.floor(draw() * callers.length), 1);
      await victim?.signal('SIGKILL');
      callers.push(stage.call());
      slowest = Math.max(slowest, await stage.untilSpeed(nearlyFull, missedNoMoreMs));
    }
    return { figures: { slowestRecoveryMs: round(slowest) }, missed: [] };
  },
};

export const stoppedBeforeSend: Scenario = {
  name: 'stopped-before-send',
  quick: true,
  play: async (stage) => {
    const others = [stage.call(), stage.call()];
    const stopped = stage.call({ stopEvery: 10 });
    await stage.untilSpeed(nearlyFull, startWithinMs);
    for (let stop = 0; stop < 2; stop += 1) {
      await stopped.next<InHand>('in-hand');
      await stopped.signal('SIGSTOP');
      // Longer than its lease of 2 s.
      await stage.pass(4_000);
      await stopped.signal('SIGCONT');
    }
    await stage.pass(2_000);
    const from = epochMs();
    await stage.pass(3_000);
    const rate = await stage.rate(from, epochMs());
    return { figures: { others: others.length, rate: round(rate) }, missed: bar(rate > 0, 'calls go on') };
  },
};

export const suspendedInFlight: Scenario = {
  name: 'suspended-in-flight',
  quick: false,
  play: async (stage, draw) => {
    const callers = [stage.call(), stage.call(), stage.call()];
    await stage.untilSpeed(nearlyFull, startWithinMs);
    for (let stop = 0; stop < 3; stop += 1) {
      const victim = callers[Math.floor(draw() * callers.length)];
      await victim?.signal('SIGSTOP');
      await stage.pass(2_500 + 12_000 * draw());
      await victim?.signal('SIGCONT');
      await stage.pass(1_000);
    }
    const recoveryMs = await stage.untilSpeed(nearlyFull, missedNoMoreMs);
    return { figures: { recoveryMs: round(recoveryMs) }, missed: [] };
  },
};

export const clocks: Scenario = {
  name: 'clocks',
  quick: true,
  play: async (stage) => {
    for (const offMs of [-5_000, 0, 5_000]) stage.call({ clock: { offMs, jumpMs: offMs === 0 ? 5_000 : 0 } });
    stage.call();
    await stage.untilSpeed(nearlyFull / 2, startWithinMs);
    const from = epochMs();
    await stage.pass(8_000);
    const rate = await stage.rate(from, epochMs());
    return {
      figures: { rate: round(rate) },
      missed: bar(rate >= fullSpeed / 2, 'half of the limit with clocks that jump'),
    };
  },
};

const partition = (name: string, state: 'cut' | 'replies-lost'): Scenario => ({
  name,
  quick: false,
  play: async (stage) => {
    const proxy = await startProxy(stage.gatekeeper.port);
    try {
      for (let caller = 0; caller < 3; caller += 1) stage.call();
      stage.call({ redis: { main: stage.mainUrl, gatekeeper: proxy.url } });
      await stage.untilSpeed(nearlyFull, startWithinMs);
      await stage.pass(12_000);
      const from = epochMs();
      proxy.state = state;
      await stage.pass(70_000);
      const rate = await stage.rate(from, epochMs());
      proxy.state = 'open';
      const recoveryMs = await stage.untilSpeed(nearlyFull, 20_000);
      const missed = bar(rate >= 0.7 * fullSpeed, 'seven tenths of the limit while one of four is cut off');
      return { figures: { rate: round(rate), recoveryMs: round(recoveryMs) }, missed };
    } finally {
      await proxy.close();
    }
  },
});

export const partitioned = partition('partitioned', 'cut');
export const repliesLost = partition('replies-lost', 'replies-lost');
