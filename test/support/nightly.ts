/** Whether a test is to try all that it can, as `npm run test:nightly` does; `npm test` has a time limit. */
export const isNightly = process.env.HUB_TEST_NIGHTLY === '1';
