import { setTimeout as sleep } from 'node:timers/promises';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { drawing, seedIn, type Draw } from '../harness/drawing.js';
import { textTable } from '../harness/text-table.js';
import { playDeaths } from './deaths.js';
import type { Outcome } from './outcome.js';
import { playStorm, playTrap } from './storm.js';

/** One setting shortens the broker's minute and the vault's cooldown together. */
const minuteMs = 2_000;
const realMinuteMs = 60_000;

type Part = (context: CommandContext & { readonly draw: Draw }) => Promise<Outcome>;

const parts = {
  storm: (context) =>
    playStorm({
      ...context,
      minuteMs,
      ...(context.quick ? { processes: 4, calls: 100, perSecond: 40 } : { processes: 50, calls: 200, perSecond: 50 }),
    }),
  'dead-token': (context) =>
    playTrap({
      ...context,
      minuteMs,
      ...(context.quick ? { processes: 2, calls: 150, perSecond: 20 } : { processes: 20, calls: 100, perSecond: 50 }),
    }),
  deaths: (context) =>
    playDeaths({
      ...context,
      name: 'deaths',
      minuteMs,
      ...(context.quick ? { rounds: 1, width: 7, survivors: 1 } : { rounds: 20, width: 28, survivors: 2 }),
    }),
  'real-time': (context) =>
    playDeaths({ ...context, name: 'real-time', minuteMs: realMinuteMs, rounds: 1, width: 7, survivors: 2 }),
} as const satisfies Record<string, Part>;

type PartName = keyof typeof parts;

/** Those of a line run side by side: deaths wait for locks and cooldowns, most of the time. */
const schedules = {
  full: [['storm'], ['dead-token'], ['deaths', 'real-time']],
  quick: [['deaths', 'storm', 'dead-token']],
} as const satisfies Record<string, readonly (readonly PartName[])[]>;

/** Parts of a line start so long after one another: processes of all at once would be late for everything. */
const staggerMs = 8_000;

const isPart = (name: string): name is PartName => Object.hasOwn(parts, name);

const options = {
  /** Decides when tokens end and when survivors come. */
  seed: { type: 'string' },
  /** Names of parts, with commas; they run one after the other. */
  only: { type: 'string' },
} as const;

const chosenLines = (only: string | undefined, quick: boolean): readonly (readonly PartName[])[] => {
  if (only === undefined) return quick ? schedules.quick : schedules.full;
  const names = only.split(',').filter(isPart);
  if (names.length === 0) throw new Error(`--only: known are ${Object.keys(parts).join(', ')}`);
  return names.map((name) => [name]);
};

const table = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.flatMap(({ name, figures, missed }) => [
    `${missed.length === 0 ? '✓' : '✗'} ${name}`,
    ...textTable(Object.entries(figures).map(([figure, value]) => [`    ${figure}`, String(value)])),
    ...missed.map((each) => `    missed: ${each}`),
  ]);

/** Processes that fight for one token, tokens that end under them, and issuers that die; the broker counts requests. */
const chaos = async (context: CommandContext, given: { seed?: string; only?: string }): Promise<Figures> => {
  const seed = seedIn(given.seed);
  const draw = drawing(seed);
  const outcomes: Outcome[] = [];
  for (const line of chosenLines(given.only, context.quick)) {
    context.say(`    ${line.join(', ')} …`);
    const started = line.map(async (name, index) => {
      await sleep(index * staggerMs, undefined, { signal: context.signal });
      return parts[name]({ ...context, draw });
    });
    outcomes.push(...(await Promise.all(started)));
  }
  context.say(table(outcomes).join('\n'));
  return { ok: outcomes.every(({ missed }) => missed.length === 0), seed, parts: outcomes };
};

await runCommand({ full: 900_000, quick: 58_000 }, chaos, options);
