import type { Settings } from '@hub/client';

/** Calls per second of one key, KIS notice of 2026-04-20. For the estimate only: the ledger has the last word. */
const published = { real: 18, paper: 1 } as const;

export const perSecondOf = ({ kis }: Settings): number => kis.perSecond ?? published[kis.environment];
