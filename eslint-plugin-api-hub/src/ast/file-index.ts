import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';
import type { Scope, SourceCode } from '@typescript-eslint/utils/ts-eslint';

import {
  type Call,
  type ClassNode,
  type FunctionNode,
  type Node,
  childIn,
  contains,
  isCall,
  isFunction,
  ownerOfThis,
  writtenKey,
} from './tree.js';

export type Text = TSESTree.StringLiteral | TSESTree.TemplateLiteral;

/** A parsed file, as far as it is looked at: the one that is linted, or one that it imports. */
export type Syntax = Pick<SourceCode, 'ast' | 'getText' | 'scopeManager' | 'visitorKeys'>;

/** What the evaluator asks of a file again and again, gathered in one walk. */
export interface FileIndex {
  readonly sourceCode: Syntax;
  readonly calls: readonly Call[];
  readonly assignments: readonly TSESTree.AssignmentExpression[];
  readonly texts: readonly Text[];
  variableOf(name: TSESTree.Identifier): Scope.Variable | null;
  /** Right sides of `this.key = …` in a class. */
  assignedToThis(owner: ClassNode, key: string): readonly Node[];
  returnsOf(fn: FunctionNode): readonly Node[];
  /** The calls that are written in a function or a class. */
  callsIn(body: Node): readonly Call[];
}

/** `foreign`: a file that ESLint does not walk itself, so that nobody has told its nodes their parents. */
export const indexFile = (sourceCode: Syntax, { foreign = false }: { foreign?: boolean } = {}): FileIndex => {
  const calls: Call[] = [];
  const assignments: TSESTree.AssignmentExpression[] = [];
  const texts: Text[] = [];
  const fields = new Map<Node, Map<string, Node[]>>();
  const returns = new Map<Node, Node[]>();
  const enclosing: FunctionNode[] = [];

  const rememberField = ({ left, operator, right }: TSESTree.AssignmentExpression): void => {
    if (left.type !== Type.MemberExpression || left.object.type !== Type.ThisExpression || operator === '+=') return;
    const key = writtenKey(left);
    const owner = ownerOfThis(left);
    if (key === null || owner === null) return;
    const ofOwner = fields.get(owner) ?? new Map<string, Node[]>();
    fields.set(owner, ofOwner.set(key, [...(ofOwner.get(key) ?? []), right]));
  };

  const rememberReturn = (fn: FunctionNode | undefined, value: Node | null): void => {
    if (fn !== undefined && value !== null) returns.set(fn, [...(returns.get(fn) ?? []), value]);
  };

  const visit = (node: Node, parent: Node | null): void => {
    if (foreign) Object.assign(node, { parent });
    if (isCall(node)) calls.push(node);
    else if (node.type === Type.TemplateLiteral) texts.push(node);
    else if (node.type === Type.Literal && typeof node.value === 'string') texts.push(node);
    else if (node.type === Type.AssignmentExpression) {
      assignments.push(node);
      rememberField(node);
    } else if (node.type === Type.ReturnStatement) rememberReturn(enclosing.at(-1), node.argument);
    const opensFunction = isFunction(node);
    if (opensFunction) {
      enclosing.push(node);
      if (node.body.type !== Type.BlockStatement) rememberReturn(node, node.body);
    }
    for (const key of sourceCode.visitorKeys[node.type] ?? []) {
      const child = childIn(node, key);
      if (Array.isArray(child)) {
        for (const one of child) if (one !== null) visit(one, node);
      } else if (child !== null && child !== undefined) visit(child, node);
    }
    if (opensFunction) enclosing.pop();
  };
  visit(sourceCode.ast, null);

  let variables: Map<Node, Scope.Variable> | undefined;

  return {
    sourceCode,
    calls,
    assignments,
    texts,
    variableOf: (name) => (variables ??= variablesOf(sourceCode)).get(name) ?? null,
    assignedToThis: (owner, key) => fields.get(owner)?.get(key) ?? [],
    returnsOf: (fn) => returns.get(fn) ?? [],
    callsIn: (body) => calls.filter((call) => contains(body, call)),
  };
};

const variablesOf = ({ scopeManager }: Syntax): Map<Node, Scope.Variable> => {
  const variables = new Map<Node, Scope.Variable>();
  for (const scope of scopeManager?.scopes ?? []) {
    for (const variable of scope.variables) for (const name of variable.identifiers) variables.set(name, variable);
    for (const { identifier, resolved } of scope.references) if (resolved !== null) variables.set(identifier, resolved);
  }
  return variables;
};
