import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { quantile, rounded } from '../harness/numbers.js';
import { kinds, writeProject, type Kind } from './project.js';
import { lintOnce, type Linted, type LintOrder } from './run.js';

const files = { full: 1_000, quick: 200 };
const rounds = { full: 3, quick: 1 };

/** What the rules may cost beside one rule of ESLint, in CPU time of whole processes and in peak memory. */
const bars = { usual: 1.15, layered: 1.15, crossing: 1.5, warm: 0.5, moreMb: 150 };

const median = (all: readonly Linted[], of: keyof Linted): number =>
  quantile(
    all.map((each) => each[of]),
    0.5,
  );

/** One core rule, the rules without a cache, and the rules again with the cache that an earlier run has filled. */
const measure = async (kind: Kind, context: CommandContext): Promise<Record<string, number>> => {
  const { quick, signal, onExit } = context;
  const { root, lines } = await writeProject(kind, quick ? files.quick : files.full);
  onExit(() => rm(root, { recursive: true, force: true }));
  // Not where ESLint would put it: a run without a cache deletes what lies there.
  const cache = join(root, 'cache', 'eslint.json');
  const orders = {
    core: { root, rules: 'core' },
    recommended: { root, rules: 'recommended' },
    warm: { root, rules: 'recommended', cache },
  } as const satisfies Record<string, LintOrder>;
  const runs: Record<keyof typeof orders, Linted[]> = { core: [], recommended: [], warm: [] };
  await lintOnce(orders.warm, signal); // fills the cache, and warms the disk for all
  for (let round = 0; round < (quick ? rounds.quick : rounds.full); round += 1) {
    // In turn, so that a busy machine is busy for all of them.
    for (const name of ['core', 'recommended', 'warm'] as const) runs[name].push(await lintOnce(orders[name], signal));
  }
  const coreMs = median(runs.core, 'cpuMs');
  const recommendedMs = median(runs.recommended, 'cpuMs');
  const warmMs = median(runs.warm, 'cpuMs');
  return {
    lines,
    reports: median(runs.recommended, 'reports'),
    coreMs: rounded(coreMs, 0),
    recommendedMs: rounded(recommendedMs, 0),
    warmMs: rounded(warmMs, 0),
    ratio: rounded(recommendedMs / coreMs),
    warmRatio: rounded(warmMs / recommendedMs),
    moreMb: rounded(median(runs.recommended, 'peakMb') - median(runs.core, 'peakMb'), 0),
  };
};

/** What the rules cost: `recommended` without types beside `no-unused-vars` alone, on generated projects. */
const bench = async (context: CommandContext): Promise<Figures> => {
  const figures: Record<string, unknown> = {};
  let ok = true;
  for (const kind of kinds) {
    const measured = await measure(kind, context);
    figures[kind] = measured;
    const { ratio = 0, warmRatio = 0, moreMb = 0, reports = 0 } = measured;
    // 200 files are over before the start of a process is paid for: only what is found, and the memory, tells something then.
    const met =
      reports > 0 &&
      moreMb <= bars.moreMb &&
      (context.quick || (ratio <= bars[kind] && (kind === 'crossing' || warmRatio <= bars.warm)));
    ok &&= met;
    context.say(
      `${met ? '✓' : '✗'} ${kind}: ${String(measured.lines)} lines, one core rule ${String(measured.coreMs)} ms of CPU, recommended ` +
        `${String(measured.recommendedMs)} ms (${String(ratio)}×), with a warm cache ${String(measured.warmMs)} ms; ` +
        `${String(moreMb)} MB more, ${String(reports)} reports`,
    );
  }
  return { ok, files: context.quick ? files.quick : files.full, bars, ...figures };
};

await runCommand({ full: 1_200_000, quick: 110_000 }, bench);
