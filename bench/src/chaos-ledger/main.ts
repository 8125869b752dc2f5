import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { textTable } from '../harness/text-table.js';
import { clocks, holderKilled, partitioned, repliesLost, stoppedBeforeSend, suspendedInFlight } from './on-clients.js';
import { flushed, frozenLong, frozenShortly, restartEmpty, restartFromOldSnapshot } from './on-gatekeeper.js';
import { bar, type Draw, type Scenario } from './scenario.js';
import { openStage } from './stage.js';
import { storm } from './storm.js';

const scenarios: readonly Scenario[] = [
  holderKilled,
  frozenShortly,
  stoppedBeforeSend,
  clocks,
  suspendedInFlight,
  restartEmpty,
  restartFromOldSnapshot,
  flushed,
  frozenLong,
  partitioned,
  repliesLost,
  storm,
];

/** Numbers that follow from the seed (mulberry32), so that a run can be repeated in its decisions. */
const drawing = (seed: number): Draw => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const options = {
  /** Decides who is hit, and when. */
  seed: { type: 'string' },
  /** Names of scenarios, with commas. */
  only: { type: 'string' },
} as const;

interface Outcome {
  readonly name: string;
  readonly calls: number;
  readonly breaches: number;
  readonly maxInWindow: number;
  readonly figures: Readonly<Record<string, number>>;
  readonly missed: readonly string[];
}

const outcomeOf = async (
  { name, play }: Scenario,
  draw: Draw,
  { signal, onExit }: CommandContext,
): Promise<Outcome> => {
  const stage = await openStage(signal);
  onExit(() => stage.close());
  try {
    const finding = await play(stage, draw).catch((error: unknown) => ({ figures: {}, missed: [String(error)] }));
    const { calls, breaches, maxInWindow } = await stage.journal();
    const missed = [...finding.missed, ...bar(breaches === 0, 'no breach'), ...bar(calls > 0, 'calls at all')];
    return { name, calls, breaches, maxInWindow, figures: finding.figures, missed };
  } finally {
    await stage.close();
  }
};

/** Real processes and servers that are killed, stopped, cut off and emptied under full load; the broker counts. */
const chaos = async (context: CommandContext, given: { seed?: string; only?: string }): Promise<Figures> => {
  const { say, quick } = context;
  const seed = Number(given.seed ?? 1);
  const names = given.only?.split(',');
  const chosen = scenarios.filter(({ name, quick: short }) =>
    names === undefined ? !quick || short : names.includes(name),
  );
  if (!Number.isInteger(seed)) throw new Error(`--seed: ${given.seed ?? ''} is no whole number`);
  if (chosen.length === 0) throw new Error(`--only: known are ${scenarios.map(({ name }) => name).join(', ')}`);
  const draw = drawing(seed);
  const outcomes: Outcome[] = [];
  for (const scenario of chosen) {
    say(`    ${scenario.name} …`);
    outcomes.push(await outcomeOf(scenario, draw, context));
  }
  const rows = outcomes.map(({ name, calls, breaches, maxInWindow, figures, missed }) => [
    `${missed.length === 0 ? '✓' : '✗'} ${name}`,
    String(calls),
    String(breaches),
    String(maxInWindow),
    [
      ...Object.entries(figures).map(([figure, value]) => `${figure} ${String(value)}`),
      ...missed.map((each) => `missed: ${each}`),
    ].join(', '),
  ]);
  say(['', ...textTable([['scenario', 'calls', 'breaches', 'most a second', ''], ...rows])].join('\n'));
  return { ok: outcomes.every(({ missed }) => missed.length === 0), seed, scenarios: outcomes };
};

await runCommand({ full: 1_500_000, quick: 110_000 }, chaos, options);
