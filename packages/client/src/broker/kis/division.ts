import type { Venue } from '../candle.js';

/** FID_COND_MRKT_DIV_CODE (official). */
export const division = { KRX: 'J', NXT: 'NX', UN: 'UN' } as const satisfies Record<Venue, string>;
