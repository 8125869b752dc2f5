/**
 * What a person in front of the screen may want to know while a call takes its time. Carries no secret. `account` is
 * `broker:environment:keyId`; instants (`at`, `since`, `expiresAt`, `issuedAt`) are UTC epoch ms, and spans (`forMs`, `waitMs`,
 * `afterMs`) are ms from now.
 */
export type Notice =
  /** The gatekeeper may have lost its memory: nothing is granted for so long. */
  | { readonly kind: 'ledger-hold'; readonly account: string; readonly forMs: number }
  /** The gatekeeper does not answer; tried again for so long. */
  | { readonly kind: 'ledger-away'; readonly forMs: number }
  /** It is still away: calls go on over the share of this process, for so long at most. */
  | { readonly kind: 'ledger-on-share'; readonly account: string; readonly forMs: number }
  /** It answers again, and grants as before. */
  | { readonly kind: 'ledger-back'; readonly account: string }
  /**
   * The broker refused a call as one too many, of whatever process. `limit` of a window: what goes on is granted by it. `told`:
   * the broker named that figure.
   */
  | {
      readonly kind: 'ledger-narrowed';
      readonly account: string;
      readonly budget: string;
      readonly limit: number;
      readonly told: boolean;
    }
  /** This process got a new token for all. */
  | { readonly kind: 'token-issued'; readonly account: string; readonly generation: number; readonly expiresAt: number }
  /** A call waits for a token that somebody else asks for, or for the broker's minute. */
  | { readonly kind: 'token-wait'; readonly account: string; readonly forMs: number }
  /** The broker has issued one within its minute (EGW00133), though nobody of the hub asked. */
  | { readonly kind: 'token-limit'; readonly account: string; readonly brokerMessage: string }
  /** The broker handed out a token that it had made at `issuedAt` (UTC epoch ms), when nobody of this vault asked. */
  | { readonly kind: 'token-foreign'; readonly account: string; readonly issuedAt: number }
  /** No token, for a reason that may pass; `code` is one of the hub. */
  | {
      readonly kind: 'token-failed';
      readonly account: string;
      readonly code: string;
      readonly message: string;
      /** Until the broker may be asked again, at most. */
      readonly forMs: number;
    }
  | {
      /** One of several keys was turned away; calls go to the others for `forMs`. */
      readonly kind: 'key-isolated';
      readonly broker: string;
      readonly keyId: string;
      /** The broker's own, or HUB_TOKEN_DEAD. */
      readonly code: string;
      readonly forMs: number;
    }
  | {
      /** Nobody got an answer by this key for a while, in whatever process: calls end at once. Again when a try failed. */
      readonly kind: 'circuit-open';
      readonly account: string;
      /** UTC epoch ms. */
      readonly since: number;
      /** Until a call is let through. */
      readonly forMs: number;
      /** Calls that were let through and failed as well. */
      readonly tries: number;
      /** What the last of them ended with. */
      readonly code: string;
    }
  /** The broker answered again, `afterMs` after the circuit opened. */
  | { readonly kind: 'circuit-closed'; readonly account: string; readonly afterMs: number }
  /** This process holds the live feed of a key now; `generation` counts the holders. */
  | { readonly kind: 'feed-session'; readonly account: string; readonly generation: number }
  /** Somebody asked that `to` holds it from now on, for this reason: this process closes its socket and lets it go. */
  | { readonly kind: 'feed-handover'; readonly account: string; readonly to: string; readonly reason: string }
  /** Its socket has ended, `why` and `detail` in words; tried again in `forMs`. `attempts` in a row were in vain. */
  | {
      readonly kind: 'feed-broken' | 'feed-stopped';
      readonly account: string;
      readonly why: string;
      readonly detail: string;
      readonly attempts: number;
      readonly forMs: number;
    }
  /**
   * Some minutes before the market opens, for a key whose feeds somebody wants: all are acknowledged, or what is wrong, in words.
   * Told again when that changes.
   */
  | {
      readonly kind: 'feed-preopen';
      readonly account: string;
      readonly ok: boolean;
      readonly problems: readonly string[];
      /** That are acknowledged. */
      readonly feeds: number;
      readonly opensInMs: number;
    }
  /** The live feed could not be begun: no token, no ledger. */
  | {
      readonly kind: 'feed-failed';
      readonly account: string;
      readonly code: string;
      readonly message: string;
      readonly forMs: number;
    }
  /** The broker refused a registration or a login, in its own words. */
  | { readonly kind: 'feed-refused'; readonly account: string; readonly code: string; readonly message: string }
  /** A program without the right to a live feed has asked for it; `caller` by its token, `somebody` where that proves nothing. */
  | {
      readonly kind: 'feed-denied';
      readonly broker: string;
      /** `trade:KRX:005930`. */
      readonly feed: string;
      readonly caller: string;
      readonly why: string;
    }
  /** A frame that cannot be read; told of the 1st, 10th, 100th … of a socket. */
  | { readonly kind: 'feed-bad-frame'; readonly account: string; readonly reason: string; readonly count: number }
  /** The disk does not take frames as fast as they come; told of the 1st, 10th, 100th … that was not written. */
  | { readonly kind: 'capture-dropped'; readonly account: string; readonly count: number }
  /** A file of captured frames cannot be written: another one is begun in `forMs`. */
  | { readonly kind: 'capture-failed'; readonly account: string; readonly message: string; readonly forMs: number }
  /** A request may leave at that instant. */
  | { readonly kind: 'permit'; readonly account: string; readonly at: number }
  | {
      /**
       * An answer that the hub makes rows of has a field that nobody documented, or lacks a documented one. Told once per hub;
       * `hub.drift()` counts. `field` names its part as well: `output2.stck_prpr`.
       */
      readonly kind: 'drift';
      readonly broker: string;
      readonly endpoint: string;
      readonly field: string;
      readonly change: 'unknown' | 'missing';
      /** JSON type of an unknown field; never its value. */
      readonly type?: string;
    }
  /** An attempt failed, and another one comes after `waitMs`; `code` is what the call would have ended with. */
  | {
      readonly kind: 'retry';
      readonly account: string;
      readonly endpoint: string;
      /** The one that failed, 1 for the first. */
      readonly attempt: number;
      readonly waitMs: number;
      readonly code: string;
    };

/** Told of notices, one after the other, in the midst of the hub's work: it should return soon, and not throw. */
export type Notify = (notice: Notice) => void;

export const silent: Notify = () => undefined;

/**
 * Notices come from timers and from what Redis announces: what a listener throws there would end the process, and it is no
 * business of a call.
 */
export const harmless =
  (notify: Notify): Notify =>
  (notice) => {
    try {
      notify(notice);
    } catch {
      // Nobody is left to tell.
    }
  };
