import type { Command } from 'commander';

import { addCommand, calendarOption, joined } from './add-command.js';
import type { PlanFlags } from './backfill-plan.js';
import type { BackfillFlags } from './backfill-request.js';
import type { ScheduleFlags } from './backfill-schedule.js';
import type { Context } from './context.js';

/** `hub backfill`, and what there is to do with stored ones. */
export const addBackfill = (program: Command, context: Context, finish: (exitCode: number) => void): void => {
  const backfillCommand = addCommand(
    program,
    'backfill',
    'fetch history into a DuckDB file; what is there already is not fetched again',
  ).enablePositionalOptions();
  withRequest(backfillCommand)
    .option(...calendarOption)
    .option('--dry-run', 'show windows, calls and time; make no call')
    .action(async (flags: BackfillFlags, command: Command) => {
      const { backfill } = await import('./backfill.js');
      finish(await backfill(context, flags, command.args));
    });
  addPlans(backfillCommand, context, finish);
};

const withRequest = (command: Command): Command =>
  withStore(
    command
      .option('--broker <name>', 'kis, kiwoom or auto (both, sharing the work); without it whatever is set up')
      .option('--symbols <list>', 'codes separated by commas: 005930,000660', joined)
      .option('--interval <interval>', '1m or 1d', '1m')
      .option('--venue <venue>', 'KRX, NXT or UN (both together)', 'KRX')
      .option('--from <day>', 'first Korean trading day, YYYY-MM-DD')
      .option('--to <day>', 'last Korean trading day, YYYY-MM-DD'),
  );

const withStore = (command: Command): Command =>
  command
    .option('--db <file>', 'the DuckDB file', 'market.duckdb')
    .option('--base-url <url>', 'another host than the broker: the simulator (HUB_KIS_BASE_URL, HUB_KIWOOM_BASE_URL)');

/** Backfills that are stored, started and stopped by name. */
const addPlans = (backfill: Command, context: Context, finish: (exitCode: number) => void): void => {
  withRequest(addCommand(backfill, 'plan', 'store what is missing as a plan: windows, calls, time; make no call'))
    .option('--share <part>', 'the most of every key that it may have; the rest is left to live work', '1')
    .action(async (flags: PlanFlags, command: Command) => {
      const { makePlan } = await import('./backfill-plan.js');
      finish(await makePlan(context, flags, command.args));
    });

  const wait = ['--wait', 'fetch it here as well, and end when it is done'] as const;
  withStore(addCommand(backfill, 'apply', 'start a plan: hub backfill apply 1a2b3c4d'))
    .argument('[id]', 'of the plan; the only one without it')
    .option(...wait)
    .action(async (_id: string | undefined, flags: PlanFlags, command: Command) => {
      const { startPlan } = await import('./backfill-plan.js');
      finish(await startPlan(context, flags, command.args));
    });
  withStore(addCommand(backfill, 'resume', 'go on with a plan that was paused, or whose windows have failed'))
    .argument('[id]', 'of the plan; the only one without it')
    .option(...wait)
    .action(async (_id: string | undefined, flags: PlanFlags, command: Command) => {
      const { startPlan } = await import('./backfill-plan.js');
      finish(await startPlan(context, flags, command.args));
    });
  withStore(addCommand(backfill, 'pause', 'take back what nobody works on, until it is resumed'))
    .argument('[id]', 'of the plan; the only one without it')
    .action(async (_id: string | undefined, flags: PlanFlags, command: Command) => {
      const { pausePlan } = await import('./backfill-plan.js');
      finish(await pausePlan(context, flags, command.args));
    });
  withStore(addCommand(backfill, 'schedule', 'what `hub serve` is to fetch every night; replaces the schedule before'))
    .argument('[file]', 'JSON: symbols, kinds, window, daysBack; see docs/guide/backfill.md')
    .option('--remove', 'no schedule any more')
    .action(async (_file: string | undefined, flags: ScheduleFlags, command: Command) => {
      const { schedule } = await import('./backfill-schedule.js');
      finish(await schedule(context, flags, command.args));
    });
  withStore(addCommand(backfill, 'status', 'how far plans are: windows, calls, what is left, which keys'))
    .argument('[id]', 'of the plan; all of the store without it')
    .action(async (_id: string | undefined, flags: PlanFlags, command: Command) => {
      const { planStatus } = await import('./backfill-plan.js');
      finish(await planStatus(context, flags, command.args));
    });
};
