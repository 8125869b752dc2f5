import type { Command } from 'commander';

import { addCommand, calendarOption, joined, refuseLeftover } from './add-command.js';
import type { CalendarFlags } from './calendar.js';
import type { CompactFlags } from './compact.js';
import type { ExportFlags } from './export.js';
import type { KnownFlags } from './known-request.js';
import type { VerifyFlags } from './verify.js';
import type { Context } from './context.js';

export const addCalendar = (program: Command, context: Context): void => {
  const command = addCommand(
    program,
    'calendar',
    'trading days and hours of each venue, who told them, and who disagrees; makes no call',
  )
    .option('--from <day>', 'first Korean day, YYYY-MM-DD; today unless given')
    .option('--to <day>', 'last Korean day; two weeks from the first unless given')
    .option('--venue <venue>', 'KRX, NXT or UN; all of them without it')
    .option('--db <file>', 'with what is saved in this DuckDB file')
    .option(...calendarOption)
    .action(async (flags: CalendarFlags, self: Command) => {
      refuseLeftover(self);
      const { calendar } = await import('./calendar.js');
      await calendar(context, flags);
    });

  addCommand(command, 'refresh', 'ask KIS for the next weeks: one call a day of all processes')
    .option('--db <file>', 'keep them in this DuckDB file')
    .option(...calendarOption)
    .option('--base-url <url>', 'another host than the broker: the simulator (HUB_KIS_BASE_URL)')
    .action(async (_flags: CalendarFlags, self: Command) => {
      refuseLeftover(self);
      const { refreshCalendar } = await import('./calendar.js');
      // --db and --calendar are options of the command above as well, which takes them wherever they stand.
      await refreshCalendar(context, self.optsWithGlobals());
    });
};

export const addKnown = (program: Command, context: Context, finish: (exitCode: number) => void): void => {
  const describe = (name: 'gaps' | 'coverage', description: string): Command =>
    addCommand(program, name, `${description}; exit code 0: whole, 1: something is missing, 2: wrong usage`)
      .option('--db <file>', 'the DuckDB file; without it the store that has a writer at this Redis')
      .option('--store <id>', 'of several stores with a writer, this one')
      .option(
        '--symbols <list>',
        'codes separated by commas, also those of which nothing is known; all without it',
        joined,
      )
      .option('--venue <venue>', 'KRX, NXT or UN; all without it')
      .option('--kind <kind>', 'trade, book or candle; whatever is known without it')
      .option('--interval <interval>', 'of candles: 1m (without it) or 1d')
      .option('--day <day>', 'Korean trading day, YYYY-MM-DD; the last one that has begun without it')
      .option('--from <day>', 'first day of several')
      .option('--to <day>', 'last day of several; today without it');

  describe('gaps', 'what is missing of live feeds and candles, when and why, as a table and a map').action(
    async (flags: KnownFlags, command: Command) => {
      const { gaps } = await import('./gaps.js');
      finish(await gaps(context, flags, command.args));
    },
  );

  describe('coverage', 'how much of the session of each symbol is here, missing or lost').action(
    async (flags: KnownFlags, command: Command) => {
      const { coverage } = await import('./coverage.js');
      finish(await coverage(context, flags, command.args));
    },
  );
};

export const addStore = (program: Command, context: Context, finish: (exitCode: number) => void): void => {
  const db = ['--db <file>', 'the DuckDB file', 'market.duckdb'] as const;

  addCommand(program, 'export', 'write a store as Parquet files by day, or as a snapshot that others can open')
    .option(...db)
    .option('--to <dir>', 'Parquet files below this folder; days that have not changed are left alone')
    .option('--snapshot <file>', 'a copy of the store, which takes the place of an earlier one')
    .option('--tables <list>', 'candles, ticks, books, gaps; all without it', joined)
    .option('--from <day>', 'first Korean day, YYYY-MM-DD')
    .option('--to-day <day>', 'last Korean day, YYYY-MM-DD')
    .action(async (flags: ExportFlags, command: Command) => {
      const { exportStore } = await import('./export.js');
      await exportStore(context, flags, command.args);
    });

  addCommand(program, 'compact', 'make a DuckDB file smaller that nobody has open')
    .option(...db)
    .action(async (flags: CompactFlags, command: Command) => {
      refuseLeftover(command);
      const { compact } = await import('./compact.js');
      await compact(context, flags);
    });

  addCommand(program, 'verify', 'check all that a DuckDB file holds against itself and raw answers; reads only')
    .option(...db)
    .option('--day <list>', 'Korean days separated by commas; all without it', joined)
    .option('--raw <dir>', 'the folder of raw answers; <file>.raw without it')
    .option('--no-raw', 'compare nothing with raw answers')
    .action(async (flags: VerifyFlags, command: Command) => {
      refuseLeftover(command);
      const { verify } = await import('./verify.js');
      finish(await verify(context, flags));
    });
};
