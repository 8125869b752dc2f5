import type { Command } from 'commander';

import { UsageInvalid } from '../error/index.js';
import { unknownArguments } from './leftover.js';

/** A command whose unknown options reach its own check, which lists every problem at once. */
export const addCommand = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .allowUnknownOption()
    .allowExcessArguments()
    .option('--json', 'JSON on stdout, one object per line; everything for people goes to stderr')
    .option('--verbose', 'tell more: retries, windows, and the stack of an error');

/** An option that is given twice means both. */
export const joined = (list: string, before?: string): string => (before === undefined ? list : `${before},${list}`);

export const calendarOption = [
  '--calendar <file>',
  'your own trading days, which outrank all others (HUB_CALENDAR_FILE)',
] as const;

/** Words that no option has taken are a mistake. */
export const refuseLeftover = (
  command: Command,
  taken = 0,
  left: readonly string[] = command.args.slice(taken),
): void => {
  const remedy = `\`hub ${command.name()} --help\` explains every option.`;
  const problems = unknownArguments(left).map((message) => ({
    code: 'HUB_USAGE' as const,
    message,
    remedy,
  }));
  if (problems.length > 0) throw new UsageInvalid(problems);
};
