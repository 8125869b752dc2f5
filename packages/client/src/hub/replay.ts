import { kis } from '../broker/kis/index.js';
import { kiwoom } from '../broker/kiwoom/index.js';
import type { RealtimeHandler } from '../realtime/contract.js';
import type { Replay, ReplayOptions } from '../realtime/replay/contract.js';
import { FileReplay } from '../realtime/replay/replay.js';
import { systemClock, type Clock } from '../runtime/clock.js';

/**
 * Tells captured feeds again, as `hub.realtime.subscribe` told them: the same events, gaps and states, in the same order. Needs
 * no hub, no keys and no server. Throws HUB_FEED_INVALID for options that cannot be meant; `ready`, and the events, reject with
 * HUB_CAPTURE_UNREADABLE where nothing can be read. `effects.clock` is the time that `speed` goes by.
 */
export const replay = (
  options: ReplayOptions,
  handler?: RealtimeHandler,
  effects: { readonly clock?: Clock } = {},
): Replay =>
  new FileReplay({
    ...{ options, handler },
    protocolOf: (broker) => ({ kis, kiwoom })[broker].live,
    clock: effects.clock ?? systemClock,
  });
