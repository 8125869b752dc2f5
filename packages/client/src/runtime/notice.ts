/** What a person in front of the screen may want to know while a call takes its time. Carries no secret. */
export type Notice =
  | { readonly kind: 'ledger-hold'; readonly account: string; readonly forMs: number }
  | { readonly kind: 'ledger-away'; readonly forMs: number }
  | { readonly kind: 'token-issued'; readonly account: string; readonly generation: number; readonly expiresAt: number }
  | { readonly kind: 'token-wait'; readonly account: string; readonly forMs: number }
  | { readonly kind: 'token-limit'; readonly account: string; readonly brokerMessage: string }
  | {
      readonly kind: 'token-failed';
      readonly account: string;
      readonly code: string;
      readonly message: string;
      /** Until the broker may be asked again, at most. */
      readonly forMs: number;
    }
  | { readonly kind: 'permit'; readonly account: string; readonly at: number }
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
