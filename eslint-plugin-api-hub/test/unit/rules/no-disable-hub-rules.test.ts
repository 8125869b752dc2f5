// Comments that switch rules off are ESLint's own business: they are tried in a linter that has all the rules.
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

import apiHub from 'eslint-plugin-api-hub';

const dayMs = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
const rule = 'api-hub/no-disable-hub-rules';
const call = 'api-hub/no-direct-broker-call';

const reportsOf = (code: string, options: object = {}): readonly (string | undefined)[] =>
  new Linter()
    .verify(code, [{ ...apiHub.configs.recommended, rules: { [rule]: ['error', options] } }])
    .filter(({ ruleId }) => ruleId === rule)
    .map(({ messageId, line }) => `${String(messageId)}@${String(line)}`);

describe('reported', () => {
  it.each<[report: string, code: string]>([
    ['blanket@1', `/* eslint-disable */\nx;`],
    ['blanket@1', `/* eslint-disable-line */ x;`],
    ['blanket@2', `x;\nx; // eslint-disable-line`],
    ['blanket@1', `// eslint-disable-next-line\nx;`],
    ['blanket@2', `x;\n/* eslint-disable -- we know what we do here */\nx;`],
    ['noReason@1', `// eslint-disable-next-line ${call}\nx;`],
    ['noReason@1', `/* eslint-disable ${call} */\nx;`],
    ['noReason@1', `/* eslint-disable no-console, ${call} -- ok */\nx;`],
    ['noReason@1', `/* eslint-disable ${call}, ${rule} */\nx;`],
    ['noReason@1', `/* eslint-disable ${call} -- until ${inDays(10)} */\nx;`],
    ['noReason@1', `/* eslint ${call}: "off" */\nx;`],
    ['noReason@1', `/* eslint ${call}: 0 */\nx;`],
    ['noReason@1', `/* eslint "${call}": ["warn", {}] */\nx;`],
    ['noDate@1', `// eslint-disable-next-line ${call} -- the importer moves next week\nx;`],
    ['noDate@1', `// eslint-disable-next-line ${call} -- the importer moves, until 2026-13-45\nx;`],
    ['expired@1', `// eslint-disable-next-line ${call} -- the importer moves, until ${inDays(-3)}\nx;`],
    ['far@1', `// eslint-disable-next-line ${call} -- the importer moves, until ${inDays(400)}\nx;`],
  ])('%s: %s', (report, code) => {
    expect(reportsOf(code)).toEqual([report]);
  });

  it('a date beyond what the option allows', () => {
    const code = `// eslint-disable-next-line ${call} -- the importer moves, until ${inDays(20)}\nx;`;
    expect(reportsOf(code, { maxDays: 7 })).toEqual(['far@1']);
  });
});

describe('not reported', () => {
  it.each([
    `// eslint-disable-next-line ${call} -- the importer moves, until ${inDays(20)}\nx;`,
    `/* eslint-disable ${call} -- the importer moves to the hub; until ${inDays(80)} */\nx;`,
    `// eslint-disable-next-line no-console\nx;`,
    `/* eslint-disable no-console, no-undef */\nx;`,
    `/* eslint ${call}: "error" */\nx;`,
    `/* eslint-enable */\nx;`,
    `// eslint-disable is a word that prose may use\nx;`,
  ])('%s', (code) => {
    expect(reportsOf(code)).toEqual([]);
  });
});
