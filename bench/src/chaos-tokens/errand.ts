/** So many calls, with a hub of their own that is closed behind them. */
export interface Errand {
  readonly kind: 'go';
  /** Names the answer. */
  readonly id: string;
  readonly redis: { readonly main: string; readonly gatekeeper: string };
  readonly brokerUrl: string;
  readonly keys: readonly { readonly appKey: string; readonly appSecret: string }[];
  readonly perSecond: number;
  /** The broker's minute as the vault takes it; left out in real time. */
  readonly tokenCooldownMs?: number | undefined;
  readonly renewBeforeMs?: number | undefined;
  readonly calls: number;
  readonly inFlight: number;
}

/** What came of an errand; its `kind` is `done` and the id. */
export interface Done {
  readonly kind: string;
  readonly made: number;
  /** Calls that failed, by the code of their errors. */
  readonly failed: Readonly<Record<string, number>>;
  /** Tokens that this process got from the broker: account and generation. */
  readonly issued: readonly string[];
  /** Why keys were left alone. */
  readonly isolated: readonly string[];
  /** The most memory that this process ever had, MB. */
  readonly mostMb: number;
}

export const doneKind = (id: string): string => `done ${id}`;
