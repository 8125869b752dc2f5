import type { CommandContext } from '../harness/command.js';
import { measuredMs, type Run } from './cell.js';
import { figuresOf, type CellFigures } from './figures.js';
import { measure, type Sight } from './measure.js';
import { openStage, warmUp } from './stage.js';

/** One client in one cell, from an empty Redis to its figures. */
export const runCell = async (
  context: CommandContext,
  run: Run,
): Promise<{ readonly figures: CellFigures; readonly sight: Sight }> => {
  const { signal, quick } = context;
  const { cell, client } = run;
  const stage = await openStage(context, cell, client);
  try {
    const callers = Array.from({ length: cell.processes }, () =>
      stage.start({ priority: 'backfill', pace: 'saturate' }),
    );
    await warmUp(callers, signal, { settled: !quick });
    const sight = await measure(stage, callers, measuredMs(cell, quick), signal);
    return { figures: figuresOf(run, sight, stage.broker), sight };
  } finally {
    await stage.close();
  }
};
