/** Finds bugs only: a process that calls a broker past the hub spends a quota and a token that nobody else sees. */
export const recommended = {
  'api-hub/hub-must-close': 'error',
  'api-hub/no-broker-credentials': 'error',
  'api-hub/no-broker-sdk': 'error',
  'api-hub/no-direct-broker-call': 'error',
  'api-hub/no-disable-hub-rules': 'error',
} as const;
