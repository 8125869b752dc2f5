import { isAbsolute } from 'node:path';

import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';
import type { ParserServicesWithTypeInformation } from '@typescript-eslint/utils';
import type { ReportSuggestionArray, RuleContext, SourceCode } from '@typescript-eslint/utils/ts-eslint';

import { type FileIndex, indexFile } from '../ast/file-index.js';
import { type Node, contains, dottedNames, isCall } from '../ast/tree.js';
import { createRule } from '../create-rule.js';
import type { Evidence, Weighing } from '../evidence/find.js';
import { brokerNames } from '../evidence/hosts.js';
import { hubCall } from '../evidence/hub-call.js';
import { isKnownTr } from '../evidence/operations.js';
import { isTestFile, matchesAny, testRunners } from '../files.js';
import { type Rewrite, rewriteOf } from '../fix/hub-call.js';
import { carryFor } from '../graph/carry.js';
import type { Language } from '../graph/language.js';
import { moduleGraph } from '../graph/module-graph.js';
import { reachFor } from '../graph/reach.js';
import { beginFile } from '../graph/run.js';
import { type Finding, findDirectCalls } from '../sink/findings.js';
import { type LiteralTypes, createEvaluator } from '../value/evaluator.js';
import { literalTypesOf } from '../value/literal-types.js';

interface Options {
  readonly allow: readonly string[];
  readonly checkTests: boolean;
  readonly evidence: Weighing;
  readonly extraHosts: readonly string[];
}

export const noDirectBrokerCall = createRule<[Partial<Options>?], Finding['kind'] | 'useHub' | 'useNewHub'>({
  name: 'no-direct-broker-call',
  meta: {
    type: 'problem',
    hasSuggestions: true,
    docs: {
      description: 'Disallow calls to KIS and Kiwoom that do not go through the hub',
      recommended: true,
    },
    messages: {
      call: 'This goes to {{broker}} past the hub ({{evidence}}). {{instead}}',
      wrapper: '{{name}} is handed an address of {{broker}} ({{evidence}}), past the hub. {{instead}}',
      definition: 'An address of {{broker}} ({{evidence}}) is kept here, for calls past the hub. {{instead}}',
      useHub: 'Make it {{call}}; what the broker refuses is thrown as a HubError.',
      useNewHub: 'Make it {{call}} of a new hub in this file; what the broker refuses is thrown as a HubError.',
    },
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          allow: {
            type: 'array',
            items: { type: 'string', minLength: 1 },
            uniqueItems: true,
            description:
              'Files that are the hub and may call brokers: globs (**, *, ?, {a,b}) from the folder that ESLint runs in.',
          },
          extraHosts: {
            type: 'array',
            items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9.-]*$' },
            uniqueItems: true,
            description:
              'Further host names that lead to a broker, such as a relay of your own. Without scheme and port.',
          },
          evidence: {
            type: 'string',
            enum: ['balanced', 'strict'],
            description: 'How much has to be known of a call: strict reports what only sounds like a broker, too.',
          },
          checkTests: {
            type: 'boolean',
            description:
              'Look at test files too. They speak of hosts and paths without calling them, so the default is no.',
          },
        },
      },
    ],
    defaultOptions: [{ allow: [], checkTests: false, evidence: 'balanced', extraHosts: [] }],
  },
  create(context) {
    const {
      allow = [],
      checkTests = false,
      evidence: weighing = 'balanced',
      extraHosts = [],
    } = context.options[0] ?? {};
    const { cwd, filename, sourceCode } = context;
    if (matchesAny(filename, cwd, allow) || (!checkTests && isTestFile(filename))) return {};
    beginFile(filename);
    const weights = { extraHosts, weighing };
    const { physicalFilename } = context;
    if (!reachFor(weights).fromText(physicalFilename, sourceCode.text)) return {};
    const language = languageOf(context);
    const isWorthALook =
      language === null
        ? () => true
        : carryFor(language, weights).worthALook(physicalFilename, sourceCode.text, sourceCode);
    if (isWorthALook === null) return {};
    return {
      'Program:exit'() {
        if (!checkTests && importsTestRunner(sourceCode)) return;
        const file = indexFile(sourceCode);
        const evaluator = createEvaluator(file, {
          graph: language === null ? null : moduleGraph(file, physicalFilename, language),
          types: literalTypesIn(sourceCode),
        });
        for (const { kind, node, evidence } of findDirectCalls(evaluator, weights, isWorthALook)) {
          const rewrite = kind === 'call' && isCall(node) ? rewriteOf(node, evidence, evaluator) : null;
          context.report({
            messageId: kind,
            loc: locationOf(node),
            data: {
              broker: evidence.broker === null ? 'a broker' : brokerNames[evidence.broker],
              evidence: evidence.header ?? `${evidence.host ?? ''}${evidence.path ?? ''}`,
              instead: hubCall(evidence, trIn(node, evidence, file)),
              name: nameOf(node),
            },
            suggest: rewrite === null ? [] : [suggestionOf(rewrite)],
          });
        }
      },
    };
  },
});

/** How the files behind the imports are read; null for a text that lies nowhere. */
const languageOf = ({
  languageOptions: { parser, parserOptions },
  physicalFilename,
  sourceCode,
}: Readonly<RuleContext<string, readonly unknown[]>>): Language | null => {
  if (parser === undefined || !isAbsolute(physicalFilename)) return null;
  return { parser, parserOptions, visitorKeys: sourceCode.visitorKeys };
};

/** The parser has types when the user has asked for them; the rule needs none. */
const literalTypesIn = ({ parserServices }: Readonly<SourceCode>): LiteralTypes | null =>
  parserServices?.program === undefined || parserServices.program === null
    ? null
    : literalTypesOf(parserServices as ParserServicesWithTypeInformation); // with a program it has them

const importsTestRunner = ({ ast }: Readonly<SourceCode>): boolean =>
  ast.body.some((node) => node.type === Type.ImportDeclaration && testRunners.has(node.source.value));

/** From the name of the called function to its first argument: enough to see the call, without a callback's body. */
const locationOf = (node: Node): Node['loc'] => {
  if (!isCall(node)) return node.loc;
  const { callee } = node;
  const isChained = callee.type === Type.MemberExpression && isCall(callee.object);
  const start = isChained ? callee.property.loc.start : node.loc.start;
  const first = node.arguments[0];
  return { start, end: first === undefined || first.type === Type.ObjectExpression ? node.loc.end : first.loc.end };
};

const nameOf = (node: Node): string => {
  if (!isCall(node)) return '';
  const names = dottedNames(node.callee).filter((name) => name !== '');
  return node.type === Type.NewExpression ? `new ${names.join('.')}()` : `${names.join('.')}()`;
};

/** The broker's operation, if the call names it: in a header, or as an argument. */
const trIn = (node: Node, { broker, header }: Evidence, { texts }: FileIndex): string | null => {
  if (broker === null) return null;
  const inHeader = /^(?:tr_id|api-id): (\w+)$/.exec(header ?? '')?.[1];
  if (inHeader !== undefined) return inHeader;
  const found = texts.find(
    (text) => contains(node, text) && text.type === Type.Literal && isKnownTr(broker, text.value),
  );
  return found?.type === Type.Literal ? found.value : null;
};

const suggestionOf = ({ call, edits, makesHub }: Rewrite): ReportSuggestionArray<'useHub' | 'useNewHub'>[number] => ({
  messageId: makesHub ? 'useNewHub' : 'useHub',
  data: { call },
  fix: (fixer) => edits.map(({ range, text }) => fixer.replaceTextRange(range, text)),
});
