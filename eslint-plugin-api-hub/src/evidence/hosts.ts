/** Which broker. */
export type Broker = 'kis' | 'kiwoom';

/** What people call each. */
export const brokerNames: Readonly<Record<Broker, string>> = { kis: 'KIS', kiwoom: 'Kiwoom' };

export interface BrokerHost {
  readonly host: string;
  readonly broker: Broker;
  /** Published ports; a host without its port, or with another, counts as well. */
  readonly ports: readonly number[];
  /** A portal is documentation: it is evidence only where something is sent to it. */
  readonly use: 'portal' | 'rest' | 'websocket';
}

/**
 * KIS: koreainvestment/open-trading-api, commit of 2026-07-09. Kiwoom: the broker's workbook of 2026-05-07.
 * Portals: some public code takes them for the API (seen 2026-11).
 */
export const brokerHosts: readonly BrokerHost[] = [
  { host: 'openapi.koreainvestment.com', broker: 'kis', ports: [9443], use: 'rest' },
  { host: 'openapivts.koreainvestment.com', broker: 'kis', ports: [29443], use: 'rest' },
  { host: 'ops.koreainvestment.com', broker: 'kis', ports: [21000, 31000], use: 'websocket' },
  { host: 'apiportal.koreainvestment.com', broker: 'kis', ports: [443], use: 'portal' },
  { host: 'api.kiwoom.com', broker: 'kiwoom', ports: [443, 10000], use: 'rest' },
  { host: 'mockapi.kiwoom.com', broker: 'kiwoom', ports: [443, 10000], use: 'rest' },
  { host: 'openapi.kiwoom.com', broker: 'kiwoom', ports: [443], use: 'portal' },
];
