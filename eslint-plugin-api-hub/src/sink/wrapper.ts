import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/utils';

import { type Call, type Node, bare, isFunction, writtenKey } from '../ast/tree.js';
import type { Evaluated, Evaluator } from '../value/evaluator.js';
import { addressKeys, baseKeys } from './library.js';

/** Properties that hold no address of the request, even if one is written there. */
const otherKeys = /^(?:body|data|description|docs?|headers|help|label|message|meta|referer|text|title)$/i;

const maxDepth = 2;

const propertiesOf = (object: TSESTree.ObjectExpression, depth: number): readonly Node[] =>
  object.properties.flatMap((property) => {
    if (property.type !== Type.Property || otherKeys.test(writtenKey(property) ?? '')) return [];
    const value = bare(property.value);
    if (value.type !== Type.ObjectExpression) return [value];
    return depth < maxDepth ? propertiesOf(value, depth + 1) : [];
  });

/**
 * The strings that a function nobody knows is handed: arguments, properties of object literals, and the address-like
 * properties of objects that come by name.
 */
export const handedTo = (call: Call, evaluator: Evaluator): Evaluated => {
  const parts = call.arguments.flatMap((argument): readonly Evaluated[] => {
    const at = bare(argument);
    if (isFunction(at) || at.type === Type.ArrayExpression) return [];
    if (at.type === Type.ObjectExpression) return propertiesOf(at, 1).map((node) => evaluator.texts(node));
    return [evaluator.texts(at), evaluator.members(at, [...baseKeys, ...addressKeys])];
  });
  return {
    texts: parts.flatMap(({ texts }) => texts),
    touched: new Set(parts.flatMap(({ touched }) => [...touched])),
  };
};
