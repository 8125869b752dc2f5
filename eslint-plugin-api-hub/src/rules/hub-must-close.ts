import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';
import type { Scope } from '@typescript-eslint/utils/ts-eslint';

import { type FileIndex, indexFile } from '../ast/file-index.js';
import { identityOf } from '../ast/module.js';
import { type Call, type Node, dottedNames, parentOf, writtenKey } from '../ast/tree.js';
import { createRule } from '../create-rule.js';
import { isTestFile } from '../files.js';

interface Options {
  readonly checkTests: boolean;
}

export const hubMustClose = createRule<[Partial<Options>?], 'unclosed' | 'unnamed'>({
  name: 'hub-must-close',
  meta: {
    type: 'problem',
    docs: {
      description: 'Require that a script closes the hub that it makes',
      recommended: true,
    },
    messages: {
      unclosed:
        "'{{name}}' is never closed: the program does not end, and what it holds of the quota is free only when its lease is over. Call await {{name}}.close() in a finally block.",
      unnamed:
        'This hub can never be closed: the program does not end. Keep it in a variable, and call close() in a finally block.',
    },
    schema: [
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          checkTests: { type: 'boolean', description: 'Look at test files too.' },
        },
      },
    ],
    defaultOptions: [{ checkTests: false }],
  },
  create(context) {
    const { checkTests = false } = context.options[0] ?? {};
    const { filename, sourceCode } = context;
    if ((!checkTests && isTestFile(filename)) || !sourceCode.text.includes('createHub')) return {};
    return {
      'Program:exit'() {
        const file = indexFile(sourceCode);
        for (const call of file.calls.filter((each) => makesHub(each, file))) {
          const holder = holderOf(call);
          if (holder === 'handed on') continue;
          if (holder === null) context.report({ node: call, messageId: 'unnamed' });
          // In a module it lives as long as the program of whoever imports it.
          else if (!givesToOthers(file) && !isLookedAfter(holder, file)) {
            context.report({ node: call, messageId: 'unclosed', data: { name: holder.name } });
          }
        }
      },
    };
  },
});

const makesHub = (call: Call, file: FileIndex): boolean => {
  const identity = identityOf(call.callee, file);
  return identity?.module === '@hub/client' && identity.names.at(-1) === 'createHub';
};

const passes = new Set<Node['type']>([
  Type.AwaitExpression,
  Type.ChainExpression,
  Type.ConditionalExpression,
  Type.LogicalExpression,
  Type.TSAsExpression,
  Type.TSNonNullExpression,
  Type.TSSatisfiesExpression,
]);

/** The variable that keeps the hub; `handed on` when somebody else looks after it; null when nobody can. */
const holderOf = (call: Call): TSESTree.Identifier | 'handed on' | null => {
  let below: Node = call;
  for (let at = parentOf(call); at !== null; below = at, at = parentOf(at)) {
    if (passes.has(at.type)) continue;
    if (at.type === Type.VariableDeclarator) {
      if (at.parent.kind.includes('using')) return 'handed on';
      const isExported = at.parent.parent.type === Type.ExportNamedDeclaration;
      return at.id.type === Type.Identifier && !isExported ? at.id : 'handed on';
    }
    if (at.type === Type.AssignmentExpression) return at.left.type === Type.Identifier ? at.left : 'handed on';
    const isUsedUp = at.type === Type.ExpressionStatement || (at.type === Type.MemberExpression && at.object === below);
    return isUsedUp ? null : 'handed on';
  }
  return null;
};

const givesToOthers = ({ sourceCode, assignments }: FileIndex): boolean =>
  sourceCode.ast.body.some(({ type }) => type.startsWith('Export') || type === Type.TSExportAssignment) ||
  assignments.some(({ left }) => /^(?:module\.)?exports(?:\.|$)/.test(dottedNames(left).join('.')));

/** Closed somewhere in the file, or given to somebody: exported, returned, passed, kept in an object. */
const isLookedAfter = (name: TSESTree.Identifier, file: FileIndex): boolean => {
  const references = file.variableOf(name)?.references ?? [];
  return references.some((reference) => reference.isRead() && isCloseOrHandOver(reference));
};

const isCloseOrHandOver = ({ identifier }: Scope.Reference): boolean => {
  const { parent } = identifier;
  if (parent.type !== Type.MemberExpression) return parent.type !== Type.ExpressionStatement;
  if (parent.object !== identifier) return true;
  const key = writtenKey(parent);
  return key === 'close' || key === null;
};
