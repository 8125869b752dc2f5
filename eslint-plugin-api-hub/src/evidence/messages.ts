import type { Broker } from './hosts.js';

export interface BrokerMessage {
  readonly broker: Broker;
  /** Where in the message the telling field lies; without `within` at its top. */
  readonly within?: string;
  readonly field: string;
  /** Another part that the message must have, so that a field of the same name elsewhere is not enough. */
  readonly beside: string;
}

/**
 * The first messages on a broker's WebSocket: KIS registers with the approval key in the header, Kiwoom names every
 * message in `trnm`. Read in both brokers' documents, 2026-11-23.
 */
export const brokerMessages: readonly BrokerMessage[] = [
  { broker: 'kis', within: 'header', field: 'approval_key', beside: 'body' },
  { broker: 'kiwoom', field: 'trnm', beside: 'token' },
  { broker: 'kiwoom', field: 'trnm', beside: 'data' },
];
