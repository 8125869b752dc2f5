import { execFile } from 'node:child_process';

/** What a finished command left behind. `exitCode` is null when it could not be started or was ended by a signal. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Milliseconds; the command is killed afterwards. */
  readonly timeoutMs: number;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command to its end. A failing command is a result; only an abort of `signal` rejects. */
export const runCommand = (
  command: string,
  args: readonly string[],
  { timeoutMs, env, cwd, signal }: CommandOptions,
): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const settings = {
      env,
      timeout: timeoutMs,
      killSignal: 'SIGKILL' as const,
      maxBuffer: 16 * 1024 * 1024,
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { signal }),
    };
    const child = execFile(command, args, settings, (error, stdout, stderr) => {
      if (signal?.aborted === true) {
        reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
        return;
      }
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === 'number' ? code : null, stdout, stderr: stderr || (error?.message ?? '') });
    });
    child.stdin?.end();
  });
