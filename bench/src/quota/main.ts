import { writeFile } from 'node:fs/promises';

import { runCommand, type CommandContext, type Figures } from '../harness/command.js';
import { barsOf, type Bar } from './bars.js';
import { cellName, plannedRuns, windowMs } from './cell.js';
import type { CellFigures } from './figures.js';
import { runCell } from './run-cell.js';
import { slotsPicture } from './slots-picture.js';
import { cellTable } from './table.js';
import { starved, urgent, type SpecialFigures } from './urgent.js';

const options = {
  /** `sliding/jittery/4`, `urgent` or `starved`. */
  cell: { type: 'string' },
  /** `hub` or one of the peers. */
  client: { type: 'string' },
  /** The peers in every cell. */
  all: { type: 'boolean' },
  /** Draws the slots of the hub in sliding/jittery/4 into this file. */
  svg: { type: 'string' },
} as const;

interface Given {
  readonly cell?: string;
  readonly client?: string;
  readonly all?: boolean;
  readonly svg?: string;
}

const specials: Readonly<Record<string, (context: CommandContext) => Promise<SpecialFigures>>> = {
  urgent: (context) => urgent(context, context.quick ? 12_000 : 60_000),
  starved,
};

const pictured = 'sliding/jittery/4';

/** The hub and its neighbours under the same full load: who fills the quota, who breaks it, and at what price. */
const quota = async (context: CommandContext, given: Given): Promise<Figures> => {
  const { say, quick } = context;
  const runs = plannedRuns({ ...given, quick });
  const wantedSpecials = Object.keys(specials).filter((name) =>
    given.cell === undefined ? !quick && (given.client ?? 'hub') === 'hub' : given.cell === name,
  );
  if (runs.length + wantedSpecials.length === 0) throw new Error(`--cell: there is no ${given.cell ?? ''}`);
  const bars: Bar[] = [];
  const all: CellFigures[] = [];
  for (const run of runs) {
    const name = cellName(run.cell);
    say(`${name}, ${run.client}`);
    const { figures, sight } = await runCell(context, run);
    all.push(figures);
    if (run.client !== 'hub') continue;
    bars.push(...barsOf(figures, quick));
    // The first window only fills the slots of the picture.
    if (name === pictured && given.svg !== undefined) {
      await writeFile(given.svg, slotsPicture(sight.arrivals, sight.fromMs + 2 * windowMs));
    }
  }
  const special: Record<string, unknown> = {};
  for (const name of wantedSpecials) {
    say(name);
    const found = await specials[name]?.(context);
    if (found === undefined) continue;
    special[name] = found.figures;
    bars.push(...found.bars);
  }
  if (all.length > 0) say(['', ...cellTable(all)].join('\n'));
  for (const [name, figures] of Object.entries(special)) say(`\n${name}: ${JSON.stringify(figures)}`);
  say('');
  for (const { bar, met } of bars) say(`${met ? '✓' : '✗'} ${bar}`);
  const ok = bars.every(({ met }) => met);
  return { ok, missed: bars.filter(({ met }) => !met).map(({ bar }) => bar), cells: all, ...special };
};

// In full about 25 minutes, with --all two times that.
await runCommand({ full: 7_200_000, quick: 58_000 }, quota, options);
