import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';
import type { Scope } from '@typescript-eslint/utils/ts-eslint';

import type { FileIndex } from '../ast/file-index.js';
import { type Node, childIn, functionAround, parentOf } from '../ast/tree.js';
import { type Edit, removed } from './edit.js';

/** An expression that was written elsewhere, and the declaration that goes when it moves to where it is used. */
export interface Moved {
  readonly node: Node;
  readonly edits: readonly Edit[];
}

/** The variable that a name means at a place. */
export const variableAt = (name: string, place: Node, { sourceCode }: FileIndex): Scope.Variable | null => {
  for (let at: Node | null = place; at !== null; at = parentOf(at)) {
    const variable = sourceCode.scopeManager?.acquire(at, true)?.set.get(name);
    if (variable !== undefined) return variable;
  }
  return null;
};

const ofItsFunction = new Set<Node['type']>([Type.AwaitExpression, Type.ThisExpression, Type.YieldExpression]);

/** Every name in an expression means the same at another place, and has the same value there. */
const canMove = (node: Node, place: Node, file: FileIndex): boolean => {
  if (ofItsFunction.has(node.type) && functionAround(node) !== functionAround(place)) return false;
  if (node.type === Type.Identifier) {
    const variable = file.variableOf(node);
    if (variable === null) return variableAt(node.name, place, file) === null;
    const isRewritten = variable.references.some((one) => one.isWrite() && one.init !== true);
    return !isRewritten && variableAt(node.name, place, file) === variable;
  }
  return childrenOf(node, file).every((child) => canMove(child, place, file));
};

const childrenOf = (node: Node, { sourceCode }: FileIndex): readonly Node[] =>
  (sourceCode.visitorKeys[node.type] ?? [])
    // A key that is written down is no name of a variable.
    .filter((key) => !(key === 'key' && node.type === Type.Property && !node.computed && !node.shorthand))
    .filter((key) => !(key === 'property' && node.type === Type.MemberExpression && !node.computed))
    .flatMap((key) => [childIn(node, key)].flat().filter((one): one is Node => one !== null && one !== undefined));

/** The value of a variable that is used at `name` and nowhere else. */
export const onlyUse = (name: TSESTree.Identifier, file: FileIndex): Moved | null => {
  const variable = file.variableOf(name);
  const [definition, ...others] = variable?.defs ?? [];
  if (definition === undefined || others.length > 0 || definition.node.type !== Type.VariableDeclarator) return null;
  const { id, init, parent } = definition.node;
  if (init === null || id.type !== Type.Identifier || parent.declarations.length > 1) return null;
  // Not the head of a loop, and not exported.
  if (parent.parent.type !== Type.Program && parent.parent.type !== Type.BlockStatement) return null;
  const uses = variable?.references.filter((one) => one.init !== true) ?? [];
  if (uses.length !== 1 || uses[0]?.identifier !== name || !canMove(init, name, file)) return null;
  return { node: init, edits: [removed(parent, file.sourceCode.getText())] };
};

/** The expression itself, or the value of the constant that it names. */
export const written = (node: Node, file: FileIndex): Moved | null =>
  node.type === Type.Identifier ? onlyUse(node, file) : { node, edits: [] };
