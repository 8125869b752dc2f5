import * as typescriptParser from '@typescript-eslint/parser';
import { RuleTester as TypescriptRuleTester } from '@typescript-eslint/rule-tester';
import { type Rule, RuleTester } from 'eslint';
import { afterAll, describe, expect, it } from 'vitest';

import apiHub from 'eslint-plugin-api-hub';

/** A snippet that must stay silent, or one with its reports as `messageId@line`, in the order of the file. */
export interface RuleCase {
  readonly code: string;
  readonly filename?: string;
  readonly options?: object;
  /** Only the parser of typescript-eslint can read it. */
  readonly ts?: true;
}
export interface BadCase extends RuleCase {
  readonly reports: readonly string[];
}

for (const tester of [RuleTester, TypescriptRuleTester]) {
  Object.assign(tester, {
    afterAll,
    describe,
    it: (name: string, run: () => void) => {
      it(name, () => {
        expect(run).not.toThrow(); // the testers throw; vitest wants to see an assertion
      });
    },
  });
}

const testers = {
  espree: new RuleTester({
    languageOptions: {
      ecmaVersion: 'latest',
      sourceType: 'module',
      parserOptions: { ecmaFeatures: { jsx: true } },
    },
  }),
  'typescript-eslint': new RuleTester({
    languageOptions: { parser: typescriptParser, sourceType: 'module' },
  }),
};

const errorOf = (report: string): RuleTester.TestCaseError => {
  const [messageId = '', line = ''] = report.split('@');
  return { messageId, line: Number(line) };
};

const caseOf = ({ code, filename, options }: RuleCase): RuleTester.ValidTestCase => ({
  code,
  name: code.trim().replace(/\s+/g, ' '),
  ...(filename !== undefined && { filename }),
  ...(options !== undefined && { options: [options] }),
});

/** The testers want every suggestion told with its report; they have a test of their own. */
const withoutSuggestions = (rule: Rule.RuleModule): Rule.RuleModule => ({
  ...rule,
  create: (context) =>
    rule.create(
      Object.create(context, {
        report: { value: (report: Rule.ReportDescriptor) => context.report({ ...report, suggest: null }) },
      }) as Rule.RuleContext, // with one method in front of the context's own
    ),
});

/** Runs every case with ESLint's own parser and with typescript-eslint's. */
export const runRule = (
  name: keyof typeof apiHub.rules,
  { valid = [], invalid = [] }: { valid?: readonly RuleCase[]; invalid?: readonly BadCase[] },
): void => {
  const rule = withoutSuggestions(apiHub.rules[name] as Rule.RuleModule); // a rule of the plugin is one of ESLint
  for (const [parser, tester] of Object.entries(testers)) {
    const readable = (one: RuleCase): boolean => one.ts === undefined || parser === 'typescript-eslint';
    describe(parser, () => {
      tester.run(name, rule, {
        valid: valid.filter(readable).map(caseOf),
        invalid: invalid.filter(readable).map((one) => ({ ...caseOf(one), errors: one.reports.map(errorOf) })),
      });
    });
  }
};

/** `good('one', 'two')` and `bad('call@1', 'code')`: most cases need no more. */
export const good = (...codes: readonly string[]): readonly RuleCase[] => codes.map((code) => ({ code }));
export const goodTs = (...codes: readonly string[]): readonly RuleCase[] => codes.map((code) => ({ code, ts: true }));
export const bad = (reports: string, ...codes: readonly string[]): readonly BadCase[] =>
  codes.map((code) => ({ code, reports: reports.split(' ') }));
export const badTs = (reports: string, ...codes: readonly string[]): readonly BadCase[] =>
  bad(reports, ...codes).map((one) => ({ ...one, ts: true }));
