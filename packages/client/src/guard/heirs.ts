import { fileURLToPath } from 'node:url';
import type workerThreads from 'node:worker_threads';

import type { GuardOptions } from './install.js';

const guard = new URL('./index.js', import.meta.url);
const flag = `--import=${guard.href}`;
/** A thread that runs a text loads what is required, but not what is imported. */
const threadFlag = `--require=${fileURLToPath(guard)}`;

let settings: Required<GuardOptions> = { mode: 'block', extraHosts: [] };

/** What a process must find in its environment so that it starts with the guard of this one, whatever else it is given. */
export const heirSettings = (given: Readonly<Record<string, string | undefined>>): Record<string, string> => {
  // It may be told of more relays than its parent knows, not of fewer.
  const hosts = new Set([...settings.extraHosts, ...(given.HUB_GUARD_HOSTS ?? '').split(',')].filter(Boolean));
  return {
    HUB_GUARD: settings.mode,
    HUB_GUARD_HOSTS: [...hosts].join(','),
    NODE_OPTIONS: withFlag(given.NODE_OPTIONS),
  };
};

const withFlag = (options = ''): string => (options.includes(flag) ? options : `${options} ${flag}`.trim());

/** Settings travel in the environment: worker threads and child processes of Node start with the same guard. */
export const tellHeirs = ({ mode = 'block', extraHosts = [] }: GuardOptions): void => {
  settings = { mode, extraHosts };
  Object.assign(process.env, heirSettings({ NODE_OPTIONS: process.env.NODE_OPTIONS }));
};

export const guardThreads = (module: typeof workerThreads): void => {
  const { Worker } = module;
  class GuardedWorker extends Worker {
    constructor(filename: string | URL, options: workerThreads.WorkerOptions = {}) {
      const execArgv = options.execArgv ?? process.execArgv;
      super(filename, { ...options, execArgv: execArgv.includes(threadFlag) ? execArgv : [...execArgv, threadFlag] });
    }
  }
  Object.assign(module, { Worker: GuardedWorker });
};
