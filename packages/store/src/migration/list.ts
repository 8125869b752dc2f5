import { candles } from './0001-candles.js';
import { disagreements } from './0002-disagreements.js';
import { feeds } from './0003-feeds.js';
import { feedRuns } from './0004-feed-runs.js';
import { recoveries } from './0005-recoveries.js';
import { rawPayloads } from './0006-raw-payloads.js';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** Append only: a file records the checksum of what it ran, and refuses a shipped migration that was edited. */
export const migrations: readonly Migration[] = [
  { version: 1, name: '0001-candles', sql: candles },
  { version: 2, name: '0002-disagreements', sql: disagreements },
  { version: 3, name: '0003-feeds', sql: feeds },
  { version: 4, name: '0004-feed-runs', sql: feedRuns },
  { version: 5, name: '0005-recoveries', sql: recoveries },
  { version: 6, name: '0006-raw-payloads', sql: rawPayloads },
];
