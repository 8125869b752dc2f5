// Child processes of the verification: one process group each, so that nothing outlives an interrupted run.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from '../root.mjs';

const groups = new Set();

const signalGroup = (pid, signal) => {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // it ended by itself in the meantime
  }
};

export const endAll = (signal) => {
  for (const pid of groups) signalGroup(pid, signal);
};

const patienceMs = 5000; // test set-ups stop their Redis servers in this time
let interrupted = false;
const interrupt = (signal) => {
  const exit = () => {
    endAll('SIGKILL');
    process.exit(128 + constants.signals[signal]);
  };
  if (interrupted) exit();
  interrupted = true;
  endAll('SIGTERM');
  const startedAt = Date.now();
  setInterval(() => {
    if (groups.size === 0 || Date.now() - startedAt > patienceMs) exit();
  }, 50);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);

/** Children write to a pipe and cannot tell whether a terminal will show it. */
const inherited = { ...process.env };
delete inherited.FORCE_COLOR;
const colours = process.stdout.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
const environment = { ...inherited, ...colours };

/** Runs a step to its end. `says` hears every line of its output at once. */
export const run = ({ command, args }, says) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const chunks = [];
    const hear = (chunk) => {
      chunks.push(chunk);
      const last = chunk.toString().trimEnd().split('\n').at(-1);
      if (last !== undefined && last !== '') says(last);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    if (child.pid !== undefined) groups.add(child.pid);
    const finish = (code, note = '') => {
      groups.delete(child.pid);
      if (interrupted) return; // no next step, no verdict: the process ends as soon as all groups have
      resolve({ code, output: Buffer.concat(chunks).toString() + note });
    };
    child.on('error', (error) => finish(1, `${command}: ${error.message}\n`));
    child.on('close', (code, signal) => finish(code ?? 1, signal === null ? '' : `ended by ${signal}\n`));
  });
