import { parseArgs } from 'node:util';

/** What every bench, check and chaos command is told. */
export interface CommandContext {
  /** A shorter run of the same thing, done within 50 s. */
  readonly quick: boolean;
  /** Everything for a person goes here: stderr with `--json`, stdout otherwise. */
  readonly say: (line: string) => void;
  /** Aborts at Ctrl-C and at the time limit. */
  readonly signal: AbortSignal;
  /** Runs when the command is over, last registered first, whatever happened. */
  readonly onExit: (cleanUp: () => Promise<void>) => void;
}

export interface Figures {
  /** Whether every bar that the command checks was met. */
  readonly ok: boolean;
  readonly [name: string]: unknown;
}

/** What a command takes besides `--json` and `--quick`. */
export type Extras = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

/** The extras that were given. */
export type Given<Extra extends Extras> = {
  readonly [Name in keyof Extra]?: Extra[Name]['type'] extends 'string' ? string : boolean;
};

/**
 * Runs one command: parses `--json`, `--quick` and its extras, ends it after `limitMs`, cleans up, prints the figures (with `--json`
 * as the last line of stdout) and sets the exit code: 0 when `ok`, 1 otherwise, 130 after Ctrl-C.
 */
export const runCommand = async <const Extra extends Extras = Readonly<Record<string, never>>>(
  limitMs: { readonly full: number; readonly quick: number },
  body: (context: CommandContext, given: Given<Extra>) => Promise<Figures>,
  extras?: Extra,
): Promise<void> => {
  const { values } = parseArgs({ options: { ...extras, json: { type: 'boolean' }, quick: { type: 'boolean' } } });
  const json = values.json === true;
  const quick = values.quick === true;
  const say = (line: string): void => {
    (json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  const cleanUps: (() => Promise<void>)[] = [];
  const end = new AbortController();
  const onSigint = (): void => {
    end.abort(new Error('interrupted'));
  };
  process.once('SIGINT', onSigint);
  const limit = setTimeout(
    () => {
      end.abort(new Error(`not done after ${String((quick ? limitMs.quick : limitMs.full) / 1_000)} s`));
    },
    quick ? limitMs.quick : limitMs.full,
  );

  let figures: Figures;
  try {
    figures = await Promise.race([
      // parseArgs has checked the types that the extras name.
      body({ quick, say, signal: end.signal, onExit: (cleanUp) => cleanUps.unshift(cleanUp) }, values as Given<Extra>),
      aborted(end.signal),
    ]);
  } catch (error) {
    figures = { ok: false, error: error instanceof Error ? error.message : String(error) };
    say(`✗ ${String(figures.error)}`);
  }
  clearTimeout(limit);
  process.off('SIGINT', onSigint);
  for (const cleanUp of cleanUps) await cleanUp().catch((error: unknown) => say(`clean-up: ${String(error)}`));
  if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = figures.ok ? 0 : figures.error === 'interrupted' ? 130 : 1;
};

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
