import { brokerNames, type RealtimeStatus, type TakeoverReport, type TakeoverWish } from '@hub/client';

import { wrongUsage } from '../error/index.js';
import { withClosers } from './closers.js';
import type { Context } from './context.js';
import { openHub } from './open-hub.js';
import { statusLines, takeoverLines } from './realtime-report.js';
import { unlessStopped } from './stop.js';

/** Flags of `hub realtime status`, as typed. */
export interface RealtimeFlags {
  readonly baseUrl?: string;
}

/** Flags of `hub realtime takeover`, as typed. */
export interface TakeoverFlags extends RealtimeFlags {
  readonly broker?: string;
  readonly key?: string;
  readonly to?: string;
  readonly reason?: string;
}

/** `hub realtime status`: who holds which session, and how its feeds are. Opens no socket to a broker. */
export const realtimeStatus = (context: Context, { baseUrl }: RealtimeFlags): Promise<void> =>
  withClosers(async (closers) => {
    const { screen, stop, now } = context;
    const hub = await openHub(context, baseUrl, closers);
    const pools: readonly RealtimeStatus[] = await unlessStopped(hub.realtime.status(), stop);
    screen.emit({ pools });
    if (!screen.json) screen.page(statusLines(pools, now()));
  });

/** `hub realtime takeover`: the session of a key goes to another process, which has its feeds when this returns. */
export const realtimeTakeover = (context: Context, flags: TakeoverFlags): Promise<void> => {
  const wish = wishOf(flags);
  return withClosers(async (closers) => {
    const { screen, stop } = context;
    const hub = await openHub(context, flags.baseUrl, closers);
    const report: TakeoverReport = await hub.realtime.takeOver({ ...wish, signal: stop });
    screen.emit({ ok: true, ...report });
    if (!screen.json) for (const line of takeoverLines(report)) screen.say(line);
  });
};

const longestReason = 200;

/** Throws HUB_USAGE. */
const wishOf = ({ broker: name, key: keyId, to, reason }: TakeoverFlags): TakeoverWish => {
  const broker = brokerNames.find((each) => each === name);
  if (name !== undefined && broker === undefined) {
    throw wrongUsage(`--broker ${name} is unknown`, `Known: ${brokerNames.join(', ')}.`);
  }
  if (keyId !== undefined && !/^[0-9a-f]{12}$/.test(keyId)) {
    throw wrongUsage(`--key ${keyId} is no key id`, 'Copy one from `hub realtime status`: twelve hex digits.');
  }
  if (to !== undefined && !/^\S+:\d+$/.test(to)) {
    throw wrongUsage(`--to ${to} names no process`, 'Copy one from `hub realtime status`: host:pid.');
  }
  if (reason !== undefined && reason.length > longestReason) {
    throw wrongUsage(`--reason is longer than ${longestReason} characters`, 'Say it shorter.');
  }
  return {
    ...(broker === undefined ? {} : { broker }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(to === undefined ? {} : { to }),
    ...(reason === undefined ? {} : { reason }),
  };
};
