import { fileURLToPath } from 'node:url';
import type workerThreads from 'node:worker_threads';

import type { GuardOptions } from './install.js';

const guard = new URL('./index.js', import.meta.url);
const flag = `--import=${guard.href}`;
/** A thread that runs a text loads what is required, but not what is imported. */
const threadFlag = `--require=${fileURLToPath(guard)}`;

/** Settings travel in the environment: worker threads and child processes of Node start with the same guard. */
export const guardHeirs = (module: typeof workerThreads, { mode, extraHosts }: GuardOptions): void => {
  const { env } = process;
  if (mode !== undefined) env.HUB_GUARD = mode;
  if (extraHosts !== undefined && extraHosts.length > 0) env.HUB_GUARD_HOSTS = extraHosts.join(',');
  if (env.NODE_OPTIONS?.includes(flag) !== true) env.NODE_OPTIONS = [env.NODE_OPTIONS, flag].filter(Boolean).join(' ');
  const { Worker } = module;
  class GuardedWorker extends Worker {
    constructor(filename: string | URL, options: workerThreads.WorkerOptions = {}) {
      const execArgv = options.execArgv ?? process.execArgv;
      super(filename, { ...options, execArgv: execArgv.includes(threadFlag) ? execArgv : [...execArgv, threadFlag] });
    }
  }
  Object.assign(module, { Worker: GuardedWorker });
};
