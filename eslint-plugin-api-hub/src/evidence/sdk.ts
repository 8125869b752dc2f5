import type { Broker } from './hosts.js';

export interface BrokerSdk {
  readonly name: string;
  readonly broker: Broker;
  readonly source: string;
  /** Day on which the source was read. */
  readonly seen: string;
}

/** Packages on npm that call a broker themselves. Add one with where it was found; a guess is not a source. */
export const brokerSdks: readonly BrokerSdk[] = [
  {
    name: 'nest-wrapper-kiwoom',
    broker: 'kiwoom',
    source: 'npm, 0.117.0; repository gong-yeongbin/nest-wrapper-kiwoom, 29f6fc5',
    seen: '2026-11-27',
  },
];
