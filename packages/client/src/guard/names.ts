import type dns from 'node:dns';

import type { Judge } from './install.js';

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

const askers = ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny'];

/** Whose address net:Socket is looking up right now: that name was judged when the connection was. */
let connecting: unknown;

export const whileConnecting = <T>(host: unknown, connect: () => T): T => {
  const before = connecting;
  connecting = host;
  try {
    return connect();
  } finally {
    connecting = before;
  }
};

/** Whoever asks for the number of a broker himself wants to call it by that: the name would be gone by then. */
export const guardNames = (module: typeof dns, judge: Judge): void => {
  const called: readonly object[] = [module, module.Resolver.prototype];
  const awaited: readonly object[] = [module.promises, module.promises.Resolver.prototype];
  const guardAll = (targets: readonly object[], refuse: (refused: Error, args: unknown[]) => unknown): void => {
    for (const each of targets) {
      const target = each as Methods; // each is called as it was: the types of their many forms are of no use here
      for (const name of askers) {
        const original = target[name];
        if (original === undefined) continue;
        const guarded: Method = function (this: unknown, ...args) {
          const refused = args[0] === connecting ? undefined : judge(args[0], 'a lookup', guarded);
          return refused === undefined ? original.apply(this, args) : refuse(refused, args);
        };
        target[name] = guarded;
      }
    }
  };
  guardAll(called, (refused, args) => {
    const done = args.at(-1);
    if (typeof done === 'function') process.nextTick(done, refused);
  });
  guardAll(awaited, (refused) => Promise.reject(refused));
};
