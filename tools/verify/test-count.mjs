import { existsSync, readFileSync } from 'node:fs';

export const emptyCount = { passed: 0, failed: 0 };

/** Tests in a report of vitest's json reporter. A file that could not be collected counts as one failed test. */
export const testCount = (report, code) => {
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    testResults = [],
  } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  const unread = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = numFailedTests + unread;
  // Unhandled errors and failed set-ups end the run badly without failing a test.
  return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
};
