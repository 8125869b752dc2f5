import { protocol } from '@hub/client/ledger';

import { epochMs } from '../harness/numbers.js';
import { bar, round, type Finding, type Scenario } from './scenario.js';
import { fullSpeed, startWithinMs, windowMs, type Stage } from './stage.js';

const nearlyFull = 0.85;

/** After all memory was lost: W, the longest deadline and the lease of a share, and the time to notice. */
const longestHoldMs = windowMs + protocol.maxDeadlineMs + protocol.shareLeaseMs + 5_000;

const callersAtWork = async (stage: Stage): Promise<void> => {
  for (let caller = 0; caller < 4; caller += 1) stage.call();
  await stage.untilSpeed(nearlyFull, startWithinMs);
  // By now each of them has been dealt its share.
  await stage.pass(12_000);
};

const recovery = async (stage: Stage, withinMs: number): Promise<Finding> => {
  const recoveryMs = await stage.untilSpeed(nearlyFull, withinMs);
  return { figures: { recoveryMs: round(recoveryMs) }, missed: [] };
};

export const restartEmpty: Scenario = {
  name: 'restart-empty',
  quick: false,
  play: async (stage, draw) => {
    await callersAtWork(stage);
    await stage.gatekeeper.kill();
    await stage.pass(3_000 * draw());
    await stage.gatekeeper.start('empty');
    return recovery(stage, longestHoldMs);
  },
};

export const restartFromOldSnapshot: Scenario = {
  name: 'restart-old-snapshot',
  quick: false,
  play: async (stage) => {
    await callersAtWork(stage);
    await stage.gatekeeper.snapshot();
    await stage.pass(5_000);
    await stage.gatekeeper.start('snapshot');
    return recovery(stage, longestHoldMs);
  },
};

export const flushed: Scenario = {
  name: 'flushed',
  quick: false,
  play: async (stage) => {
    await callersAtWork(stage);
    await stage.gatekeeper.flush();
    return recovery(stage, longestHoldMs);
  },
};

/** Full speed again so long after a frozen server has thawed. */
const thawedMs = 3_000;

const frozen = (seconds: number, leastShare: number, quick: boolean): Scenario => ({
  name: `frozen-${String(seconds)}`,
  quick,
  play: async (stage) => {
    await callersAtWork(stage);
    const from = epochMs();
    stage.gatekeeper.signal('SIGSTOP');
    await stage.pass(seconds * 1_000);
    const rate = await stage.rate(from, epochMs());
    stage.gatekeeper.signal('SIGCONT');
    const recoveryMs = await stage.untilSpeed(nearlyFull, 20_000);
    const share = rate / fullSpeed;
    return {
      figures: { ofTheLimit: round(share), recoveryMs: round(recoveryMs) },
      missed: [
        ...bar(share >= leastShare, `${String(100 * leastShare)} % of the limit while frozen`),
        ...bar(recoveryMs <= thawedMs, `full speed ${String(thawedMs / 1_000)} s after the thaw`),
      ],
    };
  },
});

export const frozenShortly = frozen(5, 0, true);
export const frozenLong = frozen(60, 0.5, false);
