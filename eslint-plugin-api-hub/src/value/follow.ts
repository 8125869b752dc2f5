import { AST_NODE_TYPES as Type } from '@typescript-eslint/utils';

import { type Call, bare, dottedNames, isFunction } from '../ast/tree.js';
import type { Evaluation, Frame, Source } from './evaluation.js';
import { membersOf } from './members.js';
import { sourcesOfName } from './names.js';

/** Calls within calls that are followed before a value counts as unknown. */
const maxFrames = 8;

const transparentCalls = new Set(['Object.freeze', 'Object.seal', 'Promise.resolve', 'structuredClone']);

/** One step from an expression towards where its value is written; null when this is the place. */
const step = (source: Source, evaluation: Evaluation): readonly Source[] | null => {
  const { frame } = source;
  const node = bare(source.node);
  switch (node.type) {
    case Type.Identifier:
      return sourcesOfName(node, frame, evaluation);
    case Type.ConditionalExpression:
      return [node.consequent, node.alternate].map((side) => ({ node: side, frame }));
    case Type.LogicalExpression:
      return [node.left, node.right].map((side) => ({ node: side, frame }));
    case Type.AssignmentExpression:
      return node.operator === '=' ? [{ node: node.right, frame }] : null;
    case Type.MemberExpression:
      return membersOf(evaluation.follow({ node: node.object, frame }), node, frame, evaluation);
    case Type.CallExpression:
      return returned(node, frame, evaluation);
    default:
      return node === source.node ? null : [{ node, frame }];
  }
};

const returned = (call: Call, frame: Frame | null, evaluation: Evaluation): readonly Source[] | null => {
  if (transparentCalls.has(dottedNames(call.callee).join('.'))) {
    return call.arguments.slice(0, 1).map((node) => ({ node, frame }));
  }
  if ((frame?.depth ?? 0) >= maxFrames) return null;
  const results = evaluation.follow({ node: call.callee, frame }).flatMap(({ node: fn, frame: closure }) => {
    if (!isFunction(fn) || fn.generator) return [];
    const inner: Frame = { fn, args: call.arguments, outer: frame ?? closure, depth: (frame?.depth ?? 0) + 1 };
    return evaluation.file.returnsOf(fn).map((node) => ({ node, frame: inner }));
  });
  return results.length === 0 ? null : results;
};

/** All the way. An expression of which nothing is known stands for itself. */
export const followAll = (source: Source, evaluation: Evaluation): readonly Source[] => {
  const next = step(source, evaluation);
  if (next === null || next.length === 0) return [{ node: bare(source.node), frame: source.frame }];
  return next.flatMap((one) =>
    one.node === source.node && one.frame === source.frame ? [one] : evaluation.follow(one),
  );
};
