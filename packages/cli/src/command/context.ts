import type { Screen } from '../terminal/screen.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What every command is given. */
export interface Context {
  readonly screen: Screen;
  readonly env: Environment;
  /** Aborts at the first Ctrl-C or SIGTERM; its reason is an Interrupted. */
  readonly stop: AbortSignal;
  /** UTC epoch ms. */
  readonly now: () => number;
}
