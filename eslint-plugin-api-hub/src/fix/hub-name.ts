import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';
import type { Scope } from '@typescript-eslint/utils/ts-eslint';

import type { FileIndex } from '../ast/file-index.js';
import { identityOf } from '../ast/module.js';
import {
  type Call,
  type ClassNode,
  type Node,
  bare,
  isCall,
  isClass,
  isFunction,
  ownerOfThis,
  parentOf,
  writtenKey,
} from '../ast/tree.js';
import { variableAt } from './constant.js';
import type { Edit } from './edit.js';

export interface HubName {
  readonly name: string;
  /** What makes a hub of this name, where there is none. */
  readonly edits: readonly Edit[];
}

const usual = 'hub';

/** The hub that a call can be made with: one that is there, or a new one. null where neither is certain. */
export const hubAt = (call: Call, file: FileIndex): HubName | null => {
  const there = made(call, file) ?? (ownsHub(ownerOfThis(call)) ? `this.${usual}` : null);
  if (there !== null) return { name: there, edits: [] };
  const variable = variableAt(usual, call, file);
  if (variable !== null) return isGiven(variable) ? { name: usual, edits: [] } : null;
  // A name of an inner scope could hide the new one, or be meant by it.
  const isTaken = file.sourceCode.scopeManager?.scopes.some((scope) => scope.set.has(usual)) === true;
  return isTaken || runsInBrowser(file) ? null : { name: usual, edits: [makeHub(file)] };
};

/** `const hub = createHub()` in this file, whatever its name. */
const made = (call: Call, file: FileIndex): string | null => {
  for (const each of file.calls) {
    const identity = identityOf(each.callee, file);
    if (identity?.module !== '@hub/client' || identity.names.at(-1) !== 'createHub') continue;
    const holder = parentOf(each);
    const declarator = holder !== null && bare(holder) !== holder ? parentOf(holder) : holder;
    if (declarator?.type !== Type.VariableDeclarator || declarator.id.type !== Type.Identifier) continue;
    const { name } = declarator.id;
    if (variableAt(name, call, file) === file.variableOf(declarator.id)) return name;
  }
  return null;
};

/** An import or a parameter of this name is a hub; what is made here and has the name need not be one. */
const isGiven = ({ defs }: Scope.Variable): boolean =>
  defs.some(({ node, parent }) => isFunction(node) || parent?.type === Type.ImportDeclaration);

/** `constructor(private readonly hub: Hub)`, `hub = inject(Hub)` */
const ownsHub = (owner: ClassNode | Node | null): boolean =>
  owner !== null &&
  isClass(owner) &&
  owner.body.body.some((member) => {
    if (member.type === Type.PropertyDefinition) return !member.static && writtenKey(member) === usual;
    if (member.type !== Type.MethodDefinition || member.kind !== 'constructor') return false;
    return member.value.params.some(
      (each) =>
        each.type === Type.TSParameterProperty &&
        each.parameter.type === Type.Identifier &&
        each.parameter.name === usual,
    );
  });

const directivesOf = ({ sourceCode: { ast } }: FileIndex): readonly Node[] => {
  const end = ast.body.findIndex((one) => one.type !== Type.ExpressionStatement || one.directive === undefined);
  return end < 0 ? ast.body : ast.body.slice(0, end);
};

const runsInBrowser = (file: FileIndex): boolean =>
  directivesOf(file).some((one) => one.type === Type.ExpressionStatement && one.directive === 'use client');

const makeHub = (file: FileIndex): Edit => {
  const { ast } = file.sourceCode;
  const text = file.sourceCode.getText();
  const isModule = ast.body.some(({ type }) => type === Type.ImportDeclaration || type.startsWith('Export'));
  const usesRequire = file.calls.some(
    (call) => isCall(call) && call.callee.type === Type.Identifier && call.callee.name === 'require',
  );
  const load =
    usesRequire && !isModule
      ? "const { createHub } = require('@hub/client');"
      : "import { createHub } from '@hub/client';";
  const hasIt = ast.body.some(
    (one) =>
      one.type === Type.ImportDeclaration &&
      one.specifiers.some(({ local }) => local.name === 'createHub') &&
      one.source.value === '@hub/client',
  );
  const lines = `${hasIt ? '' : `${load}\n\n`}const ${usual} = createHub();`;
  const last = ast.body.findLast(({ type }) => type === Type.ImportDeclaration) ?? directivesOf(file).at(-1);
  if (last !== undefined) {
    const isImport = last.type === Type.ImportDeclaration;
    return { range: [last.range[1], last.range[1]], text: `${isImport && !hasIt ? '\n' : '\n\n'}${lines}` };
  }
  const start = /^#!.*\n?/.exec(text)?.[0].length ?? 0;
  return { range: [start, start], text: `${lines}\n\n` };
};
