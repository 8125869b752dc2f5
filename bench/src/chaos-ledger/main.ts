import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { drawing, seedIn, type Draw } from '../harness/drawing.js';
import { textTable } from '../harness/text-table.js';
import { clocks, holderKilled, partitioned, repliesLost, stoppedBeforeSend, suspendedInFlight } from './on-clients.js';
import { flushed, frozenLong, frozenShortly, restartEmpty, restartFromOldSnapshot } from './on-gatekeeper.js';
import { bar, type Scenario } from './scenario.js';
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
  const seed = seedIn(given.seed);
  const names = given.only?.split(',');
  const chosen = scenarios.filter(({ name, quick: short }) =>
    names === undefined ? !quick || short : names.includes(name),
  );
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
