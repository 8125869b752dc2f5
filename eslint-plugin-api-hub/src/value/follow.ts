import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import { loadedModule } from '../ast/module.js';
import { type Call, type Node, bare, dottedNames, isFunction, writtenKey } from '../ast/tree.js';
import type { Evaluation, Frame, Source } from './evaluation.js';
import { elementsOf, membersNamed, membersOf } from './members.js';
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
    case Type.ImportExpression:
      return loaded(node, evaluation);
    case Type.CallExpression:
      return loaded(node, evaluation) ?? fromMap(node, frame, evaluation) ?? returned(node, frame, evaluation);
    default:
      return node === source.node ? null : [{ node, frame }];
  }
};

/** `require('./x')`, `await import('./x')`: the other file as one object. */
const loaded = (node: Node, evaluation: Evaluation): readonly Source[] | null => {
  const module = loadedModule(node);
  const found = module === null ? [] : (evaluation.graph?.imported(node, module, '*') ?? []);
  return found.length === 0 ? null : found.map((program) => ({ node: program, frame: null }));
};

/** `hosts.get(name)` of a `new Map([[name, value], …])`: any of its values. */
const fromMap = (
  call: TSESTree.CallExpression,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Source[] | null => {
  const callee = bare(call.callee);
  if (callee.type !== Type.MemberExpression || writtenKey(callee) !== 'get' || call.arguments.length !== 1) return null;
  const maps = evaluation
    .follow({ node: callee.object, frame })
    .filter(({ node }) => node.type === Type.NewExpression && dottedNames(node.callee).join('.') === 'Map');
  const values = maps.flatMap(({ node, frame: outer }) => {
    const [pairs] = (node as TSESTree.NewExpression).arguments; // filtered above
    if (pairs === undefined) return [];
    const each = elementsOf(evaluation.follow({ node: pairs, frame: outer }), evaluation);
    return membersNamed(
      each.flatMap((pair) => evaluation.follow(pair)),
      '1',
      evaluation,
    );
  });
  return values.length === 0 ? null : values;
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
