/** For a program that is on its way to the hub: nothing fails, and `api-hub-ratchet` sees to it that the count only falls. */
export const legacyMigration = {
  'api-hub/hub-must-close': 'warn',
  'api-hub/no-broker-credentials': 'warn',
  'api-hub/no-broker-sdk': 'warn',
  'api-hub/no-direct-broker-call': 'warn',
  'api-hub/no-disable-hub-rules': 'warn',
} as const;
