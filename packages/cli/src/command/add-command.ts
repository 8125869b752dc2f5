import type { Command } from 'commander';

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
