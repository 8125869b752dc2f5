import { recommended } from './recommended.js';

/** Everything of `recommended`, and what only sounds like a call to a broker. */
export const strict = {
  ...recommended,
  'api-hub/no-direct-broker-call': ['error', { evidence: 'strict' }],
} as const;
