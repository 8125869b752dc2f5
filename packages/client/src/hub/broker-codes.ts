import { kisCodes, kisReaction } from '../broker/kis/errors.js';
import { kiwoomCodes, kiwoomReaction } from '../broker/kiwoom/errors.js';
import type { BrokerName } from '../broker/contract.js';
import type { KnownCode } from '../broker/reaction.js';

/** What a code of a broker means, what the hub does about it, and what is left to do. */
export interface CodeExplained extends KnownCode {
  readonly broker: BrokerName;
  /** As in the broker's answers: `EGW00201`, `1700`. */
  readonly code: string;
  /** What the person in front of the screen can do, one sentence. */
  readonly remedy: string;
}

const codesOf = { kis: kisCodes, kiwoom: kiwoomCodes } as const satisfies Record<BrokerName, object>;

/** The error catalogues of both brokers, by code. */
export const brokerCodes = (): readonly CodeExplained[] => [
  ...Object.keys(codesOf.kis).map((code) => ({ broker: 'kis' as const, code, ...kisReaction(code) })),
  ...Object.keys(codesOf.kiwoom).map((code) => ({ broker: 'kiwoom' as const, code, ...kiwoomReaction(code, 200) })),
];
