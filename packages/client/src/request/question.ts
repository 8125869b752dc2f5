import { createHash } from 'node:crypto';

import type { Environment } from './contract.js';

/** What makes two reads the same. */
export interface Asked {
  readonly broker: string;
  readonly environment: Environment;
  readonly baseUrl: string;
  readonly endpoint: string;
  readonly tr: string;
  readonly params: Readonly<Record<string, string>>;
  readonly cursor: Readonly<Record<string, string>>;
  /** The keys that may ask, where it matters which one does. */
  readonly keyIds: readonly string[];
}

const sorted = (texts: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(texts).sort(([one], [other]) => (one < other ? -1 : 1));

/** The digest of a read: an account number among its parameters does not stand in Redis. */
export const questionOf = ({ params, cursor, keyIds, ...asked }: Asked): string => {
  const { broker, environment, baseUrl, endpoint, tr } = asked;
  const text = JSON.stringify([
    1,
    broker,
    environment,
    baseUrl,
    endpoint,
    tr,
    [...keyIds].sort(),
    sorted(params),
    sorted(cursor),
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
};
