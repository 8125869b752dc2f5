import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

export type Node = TSESTree.Node;
export type Call = TSESTree.CallExpression | TSESTree.NewExpression;
export type FunctionNode =
  TSESTree.ArrowFunctionExpression | TSESTree.FunctionDeclaration | TSESTree.FunctionExpression;
export type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

export const isCall = (node: Node): node is Call =>
  node.type === Type.CallExpression || node.type === Type.NewExpression;

export const isFunction = (node: Node): node is FunctionNode =>
  node.type === Type.ArrowFunctionExpression ||
  node.type === Type.FunctionDeclaration ||
  node.type === Type.FunctionExpression;

export const isClass = (node: Node): node is ClassNode =>
  node.type === Type.ClassDeclaration || node.type === Type.ClassExpression;

export const contains = (outer: Node, inner: Node): boolean =>
  outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];

/** ESLint gives the program itself the parent null, which its types do not know. */
export const parentOf = (node: Node): Node | null => (node.parent as Node | null | undefined) ?? null;

/** The innermost function that a node stands in; null for what stands in none, as a `return` of a CommonJS module may. */
export const functionAround = (node: Node): FunctionNode | null => {
  for (let at = parentOf(node); at !== null; at = parentOf(at)) if (isFunction(at)) return at;
  return null;
};

type Child = Node | (Node | null)[] | null | undefined;

/** What a node holds under one of the visitor keys of its type. */
export const childIn = (node: Node, key: string): Child => (node as Node & Record<string, Child>)[key];

/** The program that a node stands in: nodes of two files must never be compared by their places. */
export const rootOf = (node: Node): Node => {
  let at = node;
  for (let up = parentOf(at); up !== null; up = parentOf(at)) at = up;
  return at;
};

/** What has a value of its own below `as`, `satisfies`, `!`, `await`, `?.` and a comma list. */
export const bare = (node: Node): Node => {
  switch (node.type) {
    case Type.AwaitExpression:
      return bare(node.argument);
    case Type.SequenceExpression:
      return bare(node.expressions.at(-1) ?? node);
    case Type.ChainExpression:
    case Type.TSAsExpression:
    case Type.TSInstantiationExpression:
    case Type.TSNonNullExpression:
    case Type.TSSatisfiesExpression:
    case Type.TSTypeAssertion:
      return bare(node.expression);
    default:
      return node;
  }
};

/** The name of a property where it is written down: `a.b`, `a['b']`, `{ b: 1 }`, `{ 'b': 1 }`. */
export const writtenKey = (
  node:
    | TSESTree.AccessorProperty
    | TSESTree.MemberExpression
    | TSESTree.MethodDefinition
    | TSESTree.Property
    | TSESTree.PropertyDefinition
    | TSESTree.TSEnumMember,
): string | null => {
  const key =
    node.type === Type.MemberExpression ? node.property : node.type === Type.TSEnumMember ? node.id : node.key;
  const computed = node.type === Type.TSEnumMember ? false : node.computed;
  if (key.type === Type.Literal) return String(key.value);
  if (key.type === Type.PrivateIdentifier) return `#${key.name}`;
  return !computed && key.type === Type.Identifier ? key.name : null;
};

/** The class or object literal that `this` means at a node; arrow functions do not change it. */
export const ownerOfThis = (node: Node): ClassNode | TSESTree.ObjectExpression | null => {
  for (let at = parentOf(node), below = node; at !== null; below = at, at = parentOf(at)) {
    if (isClass(at)) return at.superClass === below ? null : at;
    if (at.type !== Type.FunctionExpression && at.type !== Type.FunctionDeclaration) continue;
    const holder: Node = at.parent;
    if (holder.type === Type.Property && holder.value === at) return holder.parent as TSESTree.ObjectExpression;
    const isMember = holder.type === Type.MethodDefinition || holder.type === Type.PropertyDefinition;
    if (!isMember) return null;
  }
  return null;
};

/**
 * The names of a callee from left to right: `this.http.axiosRef.get` → ['this', 'http', 'axiosRef', 'get'].
 * A call in the chain is named after its function with `()` behind it: `z.string().url` → ['z', 'string()', 'url'].
 */
export const dottedNames = (node: Node): readonly string[] => {
  const at = bare(node);
  switch (at.type) {
    case Type.Identifier:
      return [at.name];
    case Type.ThisExpression:
      return ['this'];
    case Type.Super:
      return ['super'];
    case Type.MemberExpression:
      return [...dottedNames(at.object), writtenKey(at) ?? '[]'];
    case Type.CallExpression:
    case Type.NewExpression: {
      const names = dottedNames(at.callee);
      return [...names.slice(0, -1), `${names.at(-1) ?? ''}()`];
    }
    default:
      return [''];
  }
};
