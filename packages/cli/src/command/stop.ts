import { Interrupted } from '../error/index.js';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** The slice of `process` that is used. */
export interface SignalSource {
  on(signal: (typeof signals)[number], listener: () => void): unknown;
  exit(code: number): void;
}

/** The first Ctrl-C or SIGTERM aborts the signal; the second tells so and ends the process at once. */
export const listenForStop = (source: SignalSource, tell: (line: string) => void): AbortSignal => {
  const stop = new AbortController();
  for (const signal of signals) {
    source.on(signal, () => {
      const interrupted = new Interrupted(signal);
      if (stop.signal.aborted) {
        tell('stopped at once; what was stored is safe, the same command goes on from there');
        source.exit(interrupted.exitCode);
      } else stop.abort(interrupted);
    });
  }
  return stop.signal;
};

/** The promise, or the reason of the signal when that comes first. */
export const unlessStopped = <T>(promise: Promise<T>, stop: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const onStop = (): void => {
      reject(stop.reason as Error); // an Interrupted, see above
    };
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
    promise.then(resolve, reject).finally(() => {
      stop.removeEventListener('abort', onStop);
    });
  });

const farAwayMs = 2 ** 30;

/** Resolves when somebody asks for the end. Keeps the process alive until then. */
export const stopped = (stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    // A listener for signals alone lets the process end.
    const alive = setInterval(() => undefined, farAwayMs);
    const end = (): void => {
      clearInterval(alive);
      resolve();
    };
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
