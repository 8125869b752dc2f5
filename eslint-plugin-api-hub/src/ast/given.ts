import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import type { Node } from './tree.js';

/** Adds the names that are given something when a pattern is: those in it, and the roots of its members. */
export const namesGiven = (target: Node, names: Set<string>): void => {
  switch (target.type) {
    case Type.Identifier:
      names.add(target.name);
      break;
    case Type.ObjectPattern:
      for (const one of target.properties) namesGiven(one.type === Type.Property ? one.value : one.argument, names);
      break;
    case Type.ArrayPattern:
      for (const one of target.elements) if (one !== null) namesGiven(one, names);
      break;
    case Type.AssignmentPattern:
      namesGiven(target.left, names);
      break;
    case Type.RestElement:
      namesGiven(target.argument, names);
      break;
    case Type.TSParameterProperty:
      namesGiven(target.parameter, names);
      break;
    case Type.MemberExpression:
      namesGiven(target.object, names);
      break;
    case Type.CallExpression:
      namesGiven(target.callee, names);
      break;
    case Type.ChainExpression:
    case Type.TSAsExpression:
    case Type.TSNonNullExpression:
    case Type.TSSatisfiesExpression:
    case Type.TSTypeAssertion:
      namesGiven(target.expression, names);
      break;
    default:
      break;
  }
};
