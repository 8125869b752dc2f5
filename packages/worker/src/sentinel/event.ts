import type { Hole } from '@hub/store';

import type { ClosingResult } from './closing-round.js';
import type { Closing } from './ladder.js';

/** What a Sentinel tells. Instants: UTC epoch ms. */
export type SentinelEvent =
  /** A part of a gap that is in hand from now on. */
  | { readonly kind: 'hole-found'; readonly id: string; readonly hole: Hole }
  /** It is closed, or given up for good; `tookMs` since it was found. */
  | {
      readonly kind: 'hole-ended';
      readonly id: string;
      readonly hole: Hole;
      readonly closing: Closing;
      readonly tookMs: number;
    }
  /** It is tried again later. */
  | {
      readonly kind: 'hole-failed';
      readonly id: string;
      readonly hole: Hole;
      readonly code: string;
      readonly message: string;
      readonly againInMs: number;
    }
  /** A venue has closed, and the trades of its day were compared with the bars of a broker. */
  | ({ readonly kind: 'day-closed' } & ClosingResult)
  /** Trouble that it goes on after, such as a writer that is away. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string };
