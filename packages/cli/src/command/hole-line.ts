import type { SentinelEvent } from '@hub/worker';

import { feedLine } from './feed-line.js';
import { counted } from '../terminal/numbers.js';

type HoleEvent = Extract<SentinelEvent, { readonly hole: unknown }>;

const kstOffsetMs = 9 * 3_600_000;
const kst = (ms: number): string => new Date(ms + kstOffsetMs).toISOString().slice(11, 19);

const placeOf = ({ kind, symbol, venue, day, fromMs, toMs }: HoleEvent['hole']): string =>
  `${symbol} ${venue} ${kind}s of ${day}, ${kst(fromMs)} to ${kst(toMs)}`;

/** What a Sentinel tells, as a line; undefined when nobody has to know. */
export const holeLine = (event: Exclude<SentinelEvent, { kind: 'error' }>, verbose: boolean): string | undefined => {
  if (event.kind === 'day-closed') {
    const { day, venue, symbols, verified, unverified, gaps, failed } = event;
    const left = failed === 0 ? '' : `; bars of ${counted(failed, 'window')} could not be fetched`;
    return `${day} ${venue}: trades of ${counted(symbols, 'share')} compared with a broker's bars, ${counted(verified, 'minute')} verified, ${String(unverified)} not, ${counted(gaps, 'hole')} found${left}`;
  }
  if (event.kind === 'feed-escalated' || event.kind === 'feed-unmuted') return feedLine(event);
  const place = placeOf(event.hole);
  if (event.kind === 'hole-found') return verbose ? `${place}: missing (${event.hole.cause}), being filled` : undefined;
  if (event.kind === 'hole-failed') {
    const again = `again in ${String(Math.round(event.againInMs / 1_000))} s`;
    return `${place}: not filled yet, ${again}: ${event.code} ${event.message}`;
  }
  const { closing } = event;
  switch (closing.state) {
    case 'recovered':
      if (closing.by === 'present')
        return verbose ? `${place}: nothing is missing, another feed has told it` : undefined;
      return `${place}: filled by ${closing.by}, ${counted(closing.trades, 'trade')} in ${counted(closing.calls, 'call')}`;
    case 'waiting':
      return `${place}: waiting, ${closing.reason}`;
    case 'expired':
    case 'unavailable':
      // Order books of the past are never to be had.
      if (event.hole.kind === 'book' && !verbose) return undefined;
      return `${place}: lost, ${closing.reason}`;
  }
};
