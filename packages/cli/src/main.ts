import type { Context } from './command/context.js';
import { runProgram } from './command/program.js';
import { listenForStop } from './command/stop.js';
import { failureOf } from './terminal/error.js';
import { secretsOf } from './terminal/redaction.js';
import { Screen } from './terminal/screen.js';

/** A reader that went away (`hub … | head`) is no failure of ours. What a command has found out by then still counts. */
const endWithReader = (error: Error): void => {
  if ('code' in error && error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
};

const main = async (words: readonly string[]): Promise<number> => {
  process.stdout.on('error', endWithReader);
  process.stderr.on('error', endWithReader);
  // Before the words are parsed: a wrong command line must be told in the wanted form too.
  const screen = new Screen({
    stdout: process.stdout,
    stderr: process.stderr,
    json: words.includes('--json'),
    verbose: words.includes('--verbose'),
    env: process.env,
    secrets: secretsOf(process.env),
  });
  // Faults that no promise carries end the process too, but in one line.
  process.on('uncaughtException', (error) => process.exit(screen.fail(error)));
  const stop = listenForStop(process, (line) => screen.note(line));
  const context: Context = { screen, env: process.env, stop, now: Date.now };
  try {
    const exitCode = await runProgram(words, context);
    return stop.aborted && exitCode === 0 ? exitCodeOf(stop) : exitCode;
  } catch (error) {
    // What fails after a Ctrl-C fails because of it.
    return screen.fail(stop.aborted ? stop.reason : error);
  }
};

const exitCodeOf = (stop: AbortSignal): number => failureOf(stop.reason).exitCode;

/** Resolves when a pipe has taken all that was written to it; what it has not is lost with the process. */
const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => resolve());
  });

const exitCode = await main(process.argv.slice(2));
await Promise.all([process.stdout, process.stderr].map(written));
// Nothing else is waited for: all that was opened is closed, and a handle left behind must not hold the shell.
process.exit(exitCode);
