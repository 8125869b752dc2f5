import type { Venue } from '../candle.js';
import type { Feed, FeedKind } from '../live.js';
import type { Environment } from '../../request/contract.js';

/** What a TR of the WebSocket pushes. */
export interface LiveTr {
  readonly kind: FeedKind;
  readonly venue: Venue;
}

/** TRs of the official samples. Own orders have one per environment. */
const trs: ReadonlyMap<string, LiveTr> = new Map([
  ['H0STCNT0', { kind: 'trade', venue: 'KRX' }],
  ['H0NXCNT0', { kind: 'trade', venue: 'NXT' }],
  ['H0UNCNT0', { kind: 'trade', venue: 'UN' }],
  ['H0STASP0', { kind: 'book', venue: 'KRX' }],
  ['H0NXASP0', { kind: 'book', venue: 'NXT' }],
  ['H0UNASP0', { kind: 'book', venue: 'UN' }],
  ['H0STCNI0', { kind: 'notice', venue: 'UN' }],
  ['H0STCNI9', { kind: 'notice', venue: 'UN' }],
]);

/** Undefined for a TR that the hub never registers, and for the text `(null)` that some refusals have (observed). */
export const liveTrOf = (tr: string): LiveTr | undefined => trs.get(tr);

const market = { KRX: 'ST', NXT: 'NX', UN: 'UN' } as const satisfies Record<Venue, string>;

export const trOf = ({ kind, venue }: Feed, environment: Environment): string => {
  if (kind === 'notice') return environment === 'paper' ? 'H0STCNI9' : 'H0STCNI0';
  return `H0${market[venue]}${kind === 'trade' ? 'CNT0' : 'ASP0'}`;
};

/** Paper has trades and books of KRX, and notices (official: README table and samples, 2026-07-09). */
export const offers = ({ kind, venue }: Feed, environment: Environment): true | string =>
  environment === 'real' || kind === 'notice' || venue === 'KRX'
    ? true
    : `KIS pushes no ${kind}s of ${venue} to a paper key, those of KRX alone.`;
