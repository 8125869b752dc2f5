import type { LadderStep, WatchedFeed } from '@hub/client/feed-watch';
import type { Hole } from '@hub/store';

import type { ClosingResult } from './closing-round.js';
import type { Closing } from './ladder.js';

/** A feed that stays mute. `keyId`: whose socket carries it. */
export type MuteFeed = Pick<WatchedFeed, 'pool' | 'broker' | 'symbol' | 'venue' | 'keyId'>;

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
  /**
   * A feed of trades is mute since `mutedMs` though it is traded: what is tried now, after what was tried or passed over. `joined`: its
   * socket was opened anew for another feed a short time ago, and is not again.
   */
  | ({
      readonly kind: 'feed-escalated';
      readonly step: LadderStep;
      readonly mutedMs: number;
      readonly evidence: string;
      readonly tried: readonly string[];
      readonly joined: boolean;
    } & MuteFeed)
  /** It is heard again after that step. */
  | ({
      readonly kind: 'feed-unmuted';
      readonly step: LadderStep;
      readonly mutedMs: number;
      readonly tried: readonly string[];
    } & MuteFeed)
  /** Trouble that it goes on after, such as a writer that is away. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string };
