import type { TSESTree } from '@typescript-eslint/types';

import { createRule } from '../create-rule.js';
import { exceptionEnd, longestDays, shortestReason, withoutEnd } from '../evidence/exception-end.js';

interface Options {
  readonly maxDays: number;
}

type Problem = 'blanket' | 'expired' | 'far' | 'noDate' | 'noReason';

const directive = /^\s*(?:eslint-disable(?:-line|-next-line)?|eslint)(?=\s|$)/;
const blanket = /^\s*eslint-disable(?:-line|-next-line)?\s*$/;
const turnsOff = /api-hub\/[\w-]+["']?\s*:\s*(?:\[\s*)?(?:0|["']?off\b|1|["']?warn\b)/;

export const noDisableHubRules = createRule<[Partial<Options>?], Problem>({
  name: 'no-disable-hub-rules',
  meta: {
    type: 'problem',
    docs: {
      description: 'Require a reason and an expiry date where a comment switches off a rule of the hub',
      recommended: true,
    },
    messages: {
      blanket: 'This switches off the rules of the hub with all others. Name the rules that are meant.',
      noReason: "Say why the rule is off: '-- <reason>, until <YYYY-MM-DD>'.",
      noDate: "Say until when the rule is off: '-- <reason>, until <YYYY-MM-DD>'.",
      expired: 'This exception ended on {{date}}. Go through the hub now, or give a new reason and a new date.',
      far: '{{date}} is more than {{days}} days away. Exceptions are for a while.',
    },
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          maxDays: {
            type: 'integer',
            minimum: 1,
            description: 'How many days ahead an exception may end.',
          },
        },
      },
    ],
    defaultOptions: [{ maxDays: longestDays }],
  },
  create(context) {
    const { maxDays = longestDays } = context.options[0] ?? {};
    if (!context.sourceCode.text.includes('eslint')) return {};
    return {
      'Program:exit'() {
        for (const comment of context.sourceCode.getAllComments()) {
          const problem = problemOf(comment.value, maxDays, Date.now());
          if (problem === null) continue;
          context.report({ ...problem, loc: before(comment) });
        }
      },
    };
  },
});

const problemOf = (
  text: string,
  maxDays: number,
  now: number,
): { readonly messageId: Problem; readonly data: Record<string, string> } | null => {
  if (!directive.test(text)) return null;
  const [rules = '', ...rest] = text.split(/\s-{2,}\s/);
  const reason = rest.join(' ').trim();
  if (blanket.test(rules)) return { messageId: 'blanket', data: {} };
  if (!rules.includes('api-hub/') || (/^\s*eslint\s/.test(rules) && !turnsOff.test(rules))) return null;
  if (withoutEnd(reason).replace(/[\s,.;]+$/, '').length < shortestReason) return { messageId: 'noReason', data: {} };
  const end = exceptionEnd(reason, now, maxDays);
  if (end === null || end.flaw === 'noDay') return { messageId: 'noDate', data: {} };
  if (end.flaw === null) return null;
  return { messageId: end.flaw, data: { date: end.date, days: String(maxDays) } };
};

/** Just before the comment: what stands in it or behind it is switched off by the comment itself. */
const before = ({ loc }: TSESTree.Comment): TSESTree.SourceLocation => ({
  start: { line: loc.start.line, column: -1 },
  end: loc.end,
});
