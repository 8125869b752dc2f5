import type { Context } from '../../src/command/context.js';
import { runProgram } from '../../src/command/program.js';
import { Screen } from '../../src/terminal/screen.js';

/** What came of a command that ran within the test. */
export interface Typed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `hub` with these words in this process, as `main` would. `now`: UTC epoch ms. */
export const typed = async (
  words: readonly string[],
  { now, env = {}, tty = false }: { now: number; env?: Context['env']; tty?: boolean },
): Promise<Typed> => {
  const text = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    isTTY: tty,
    columns: 80,
    write: (more: string) => {
      text[name] += more;
    },
  });
  const screen = new Screen({
    ...{ stdout: sink('stdout'), stderr: sink('stderr'), env, secrets: [] },
    ...{ json: words.includes('--json'), verbose: words.includes('--verbose') },
  });
  const context: Context = { screen, env, stop: new AbortController().signal, now: () => now };
  const exitCode = await runProgram(words, context).catch((error: unknown) => screen.fail(error));
  return { exitCode, ...text };
};
