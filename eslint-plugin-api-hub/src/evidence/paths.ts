import type { Broker } from './hosts.js';

export interface BrokerPath {
  readonly broker: Broker;
  /** Matches from the first character of a path segment on; the leading slash is not part of it. */
  readonly pattern: string;
  /**
   * Where in an address it counts. `start`: as the first segment, since others use the words too. `anywhere`: also
   * behind a gateway's own prefix, as long as that gateway is named or unknown.
   */
  readonly position: 'anywhere' | 'start';
}

const kisAreas = [
  'domestic-bond',
  'domestic-futureoption',
  'domestic-stock',
  'elw',
  'etfetn',
  'overseas-futureoption',
  'overseas-price',
  'overseas-stock',
];

/**
 * The 276 paths of KIS (koreainvestment/open-trading-api, 2026-07-09) and the 15 of Kiwoom (workbook of 2026-05-07).
 * `/oauth2/token` is missing on purpose: every OAuth server has it. Case matters: `tokenP` is nobody else's.
 */
export const brokerPaths: readonly BrokerPath[] = [
  { broker: 'kis', pattern: `uapi/(?:${kisAreas.join('|')})(?![\\w-])`, position: 'anywhere' },
  { broker: 'kis', pattern: 'uapi/[\\w\\0-]', position: 'start' },
  { broker: 'kis', pattern: 'oauth2/(?:tokenP|revokeP|Approval)(?![\\w-])', position: 'start' },
  { broker: 'kis', pattern: 'tryitout(?![\\w-])', position: 'start' },
  { broker: 'kiwoom', pattern: 'api/dostk(?![\\w-])', position: 'anywhere' },
  { broker: 'kiwoom', pattern: 'dostk/[a-z\\0]', position: 'start' },
];
