import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What one process lints. */
export interface LintOrder {
  readonly root: string;
  /** `core`: `no-unused-vars` and nothing else. */
  readonly rules: 'core' | 'recommended';
  /** Where ESLint keeps its cache; none without. */
  readonly cache?: string;
}

/** What it cost, from the start of its process. */
export interface Linted {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakMb: number;
  readonly reports: number;
}

const caller = fileURLToPath(new URL('./caller.js', import.meta.url));
const started = promisify(execFile);

/** Lints in a process of its own. */
export const lintOnce = async (order: LintOrder, signal: AbortSignal): Promise<Linted> => {
  const { stdout } = await started(process.execPath, [caller, JSON.stringify(order)], { signal });
  return JSON.parse(stdout) as Linted;
};
