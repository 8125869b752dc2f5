import { replay as replayFiles, type RealtimeEvent, type Replay } from '@hub/client';

import { count, counted } from '../terminal/numbers.js';
import { withClosers } from './closers.js';
import { collectLine } from './collect-view.js';
import { collectInto, openTarget, sayCollected } from './collecting.js';
import type { Context } from './context.js';
import { openRedis } from './redis-servers.js';
import { checkReplay, type CheckedReplay, type ReplayFlags } from './replay-request.js';

/** `hub replay`. Returns the exit code; failures before the first event are thrown. */
export const replay = async (context: Context, flags: ReplayFlags, args: readonly string[]): Promise<number> => {
  const checked = checkReplay(flags, args, context.env);
  return checked.target === undefined ? tell(context, checked) : store(context, checked, checked.target);
};

/** Events to stdout: a line each, or with --json an object each. */
const tell = async (context: Context, { options, wants }: CheckedReplay): Promise<number> => {
  const { screen, stop } = context;
  const replayed = replayFiles({ ...options, signal: stop });
  for await (const event of replayed) {
    if (!wants(event)) continue;
    screen.emit(event);
    if (!screen.json) screen.say(eventLine(event));
  }
  sayFlaws(context, replayed);
  stop.throwIfAborted();
  screen.emit({ ok: true, ...replayed.report });
  return 0;
};

/** Events into a store, as a collector would have written them: what it has already is not written twice. */
const store = (
  context: Context,
  { options, wants }: CheckedReplay,
  target: NonNullable<CheckedReplay['target']>,
): Promise<number> =>
  withClosers(async (closers) => {
    const redis = await openRedis(context, target.redis, closers);
    const feedTarget = await openTarget(context, target, redis, closers);
    let replayed: Replay | undefined;
    const hub = {
      realtime: {
        subscribe: async (
          _feeds: unknown,
          handler: (event: RealtimeEvent) => void | Promise<void>,
        ): Promise<Replay> => {
          replayed = replayFiles({ ...options, signal: context.stop }, (event) =>
            wants(event) ? handler(event) : undefined,
          );
          await replayed.ready;
          return replayed;
        },
      },
    };
    const collected = await collectInto(context, feedTarget, { hub, feeds: [], forMs: Infinity });
    if (replayed !== undefined) sayFlaws(context, replayed);
    return sayCollected(context, collected);
  });

const sayFlaws = ({ screen }: Context, { report }: Replay): void => {
  const { files, frames, events, bad, flaws } = report;
  for (const { file, offset, why, kind } of flaws) {
    const lost = kind === 'truncated' ? 'at most its last second is missing' : 'the rest of it is not told';
    screen.note(`${file}: ${why} (byte ${count(offset)}); ${lost}`);
  }
  const unread =
    bad > 0 ? `, ${counted(bad, 'message')} that could not be read (encrypted notices are among them)` : '';
  screen.note(`${counted(files, 'file')}, ${counted(frames, 'frame')}, ${counted(events, 'event')}${unread}`);
};

const clock = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(11, 23);

/** One event for people; times are KST. */
const eventLine = (event: RealtimeEvent): string => {
  switch (event.kind) {
    case 'gap':
    case 'status':
      return collectLine(event, true) ?? '';
    case 'trade': {
      const { receivedMs, broker, venue, symbol, price, size, side, dayVolume } = event;
      const who = side === null ? '' : ` ${side}`;
      return `${clock(receivedMs)}  ${broker} trade ${venue} ${symbol}  ${count(price)} × ${count(size)}${who}  day ${count(dayVolume)}`;
    }
    case 'book': {
      const { receivedMs, broker, venue, symbol, bids, asks } = event;
      const best = (level: { readonly price: number; readonly size: number } | undefined): string =>
        level === undefined ? '–' : `${count(level.price)} (${count(level.size)})`;
      return `${clock(receivedMs)}  ${broker} book  ${venue} ${symbol}  ${best(bids[0])} / ${best(asks[0])}`;
    }
    case 'notice':
      return `${clock(event.receivedMs)}  ${event.broker} notice ${event.symbol}`;
  }
};
