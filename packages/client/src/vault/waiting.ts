import { CallAborted } from '../error/index.js';

/** Remembers announcements between two looks, so that none is missed. */
export const watcher = (): { announce: () => void; next: () => Promise<void> } => {
  let resolve: () => void = () => undefined;
  return {
    announce: () => {
      resolve();
    },
    next: () =>
      new Promise<void>((done) => {
        resolve = done;
      }),
  };
};

/** Lets a caller go that aborts. */
export const raceAbort = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  if (signal.aborted) {
    // The search goes on for the others; what becomes of it is theirs to hear.
    work.catch(() => undefined);
    throw new CallAborted({ cause: signal.reason });
  }
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(new CallAborted({ cause: signal.reason }));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
