/** What is known of the limit of one budget. */
export interface LimitState {
  readonly windowMs: number;
  /** The smallest limit that a live process believes in, and until when it is believed without being said again. */
  readonly believed: number;
  readonly believedUntil: number;
  /** What the broker taught: absent when it never refused. */
  readonly learned?: Learned;
  /** When the last paced grant starts. */
  readonly pacedAt: number;
}

export interface Learned {
  readonly limit: number;
  readonly at: number;
  /** The broker named the figure, so it is not doubted for a while. */
  readonly told: boolean;
}

/** A process that believes in a smaller limit says so with every call and every heartbeat; it is forgotten after this. */
export const believedForMs = 15_000;

/** It is written anew when it would end before the next full heartbeat, 10 s from now, or not long after. */
const renewedBelowMs = 12_000;

/** One slot comes back after each of these. */
const widenEveryMs = { refused: 60_000, told: 600_000 } as const;

/** A figure that the broker named is tried again after this. */
const toldForMs = 3_600_000;

/** A refusal leaves this share of the slots, and takes at least one. */
const keptShare = 0.85;

/** Refusals of the same burst narrow once: within so many windows of the last narrowing they say nothing new. */
const burstWindows = 2;

/** The smallest limit of the live processes; what is believed already need not be written anew with every call. */
export const believe = (
  state: LimitState | undefined,
  { limit, windowMs }: { limit: number; windowMs: number },
  now: number,
): LimitState => {
  if (state !== undefined && state.believedUntil > now) {
    if (state.believed < limit) return state;
    const fresh = state.believedUntil - now > renewedBelowMs;
    if (fresh && state.believed === limit && state.windowMs === windowMs) return state;
  }
  return { ...(state ?? { pacedAt: 0 }), windowMs, believed: limit, believedUntil: now + believedForMs };
};

/** What the ledger grants by: the smaller of what is believed and what is learned, which widens again slowly. */
export const limitOf = ({ believed, learned }: LimitState, now: number): number => {
  if (learned === undefined) return believed;
  const since = now - learned.at;
  const widened = learned.told
    ? Math.floor(Math.max(0, since - toldForMs) / widenEveryMs.told)
    : Math.floor(since / widenEveryMs.refused);
  return Math.min(believed, learned.limit + widened);
};

/** The broker refused a call: too many. `told` is the figure in its words, where it named one. */
export const narrow = (state: LimitState, told: number | undefined, now: number): LimitState => {
  const { learned, windowMs } = state;
  const limit = limitOf(state, now);
  if (told !== undefined && told >= 1) return { ...state, learned: { limit: told, at: now, told: true } };
  const sameBurst = learned !== undefined && now - learned.at < burstWindows * windowMs;
  if (sameBurst) return state;
  const narrowed = Math.max(1, Math.min(limit - 1, Math.floor(limit * keptShare)));
  return { ...state, learned: { limit: narrowed, at: now, told: false } };
};
