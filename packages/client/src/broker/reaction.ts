import type { Reaction } from '../request/contract.js';

/** What is known of a code of a broker. Where from stands beside the code's table (broker/<name>/errors.ts). */
export interface KnownCode {
  /** What the hub does about it. */
  readonly reaction: Reaction;
  /** What it means, in English. */
  readonly meaning: string;
}

/** Code → meaning, grouped by what the codes call for. */
export const reactionTable = (
  groups: Partial<Record<Reaction, Readonly<Record<string, string>>>>,
): Record<string, KnownCode> =>
  Object.fromEntries(
    Object.entries(groups).flatMap(([reaction, codes]) =>
      Object.entries(codes).map(([code, meaning]) => [code, { reaction: reaction as Reaction, meaning }]),
    ),
  );

/** What the user can do, where a broker's catalogue has no better word. */
export const remedies: Readonly<Record<Reaction, string>> = {
  renew: 'The hub renews the token by itself; if this repeats, check key and environment with `hub doctor`.',
  wait: 'The hub waits and repeats; if this repeats, another program uses this key outside the hub.',
  repeat: 'The broker has trouble; try again in a minute.',
  verify: 'Check the outcome with an inquiry before sending again.',
  fix: 'Mend the request, the key or its rights at the broker; repeating cannot help.',
  stop: 'Unknown to the hub, so it is not repeated; look the code up at the broker.',
};
