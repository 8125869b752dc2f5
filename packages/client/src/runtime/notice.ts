/** What a person in front of the screen may want to know while a call takes its time. Carries no secret. */
export type Notice =
  | { readonly kind: 'ledger-hold'; readonly account: string; readonly forMs: number }
  | { readonly kind: 'ledger-away'; readonly forMs: number }
  /** It is still away: calls go on over the share of this process, for so long at most. */
  | { readonly kind: 'ledger-on-share'; readonly account: string; readonly forMs: number }
  | { readonly kind: 'ledger-back'; readonly account: string }
  /** The broker refused a call as one too many, of whatever process. `limit` of a window: what goes on is granted by it. */
  | {
      readonly kind: 'ledger-narrowed';
      readonly account: string;
      readonly budget: string;
      readonly limit: number;
      readonly told: boolean;
    }
  | { readonly kind: 'token-issued'; readonly account: string; readonly generation: number; readonly expiresAt: number }
  | { readonly kind: 'token-wait'; readonly account: string; readonly forMs: number }
  | { readonly kind: 'token-limit'; readonly account: string; readonly brokerMessage: string }
  /** The broker handed out a token that it had made at `issuedAt` (UTC epoch ms), when nobody of this vault asked. */
  | { readonly kind: 'token-foreign'; readonly account: string; readonly issuedAt: number }
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
  | {
      readonly kind: 'retry';
      readonly account: string;
      readonly endpoint: string;
      readonly attempt: number;
      readonly waitMs: number;
      readonly code: string;
    };

export type Notify = (notice: Notice) => void;

export const silent: Notify = () => undefined;
