import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import { type Call, type Node, contains, dottedNames, isClass, isFunction, rootOf } from '../ast/tree.js';
import type { Evaluator } from '../value/evaluator.js';
import { isSilent } from './silent.js';

/** Functions and classes of this file that a call runs. */
const bodiesOf = (call: Call, evaluator: Evaluator): readonly Node[] =>
  evaluator.follow(call.callee).filter((node) => isFunction(node) || isClass(node));

/** A function of this file that only makes one value of another: its result counts, wherever it goes. */
export const isPureHelper = (call: Call, evaluator: Evaluator): boolean => {
  const bodies = bodiesOf(call, evaluator);
  return bodies.length > 0 && bodies.every((body) => isFunction(body) && !runsUnknown(body, evaluator, new Set()));
};

const runsUnknown = (body: Node, evaluator: Evaluator, seen: Set<Node>): boolean => {
  if (seen.has(body)) return false;
  seen.add(body);
  return evaluator.file.callsIn(body).some((call) => {
    if (isSilent(call, evaluator) || isTextMethod(call)) return false;
    const inner = bodiesOf(call, evaluator);
    return inner.length === 0 || inner.some((one) => runsUnknown(one, evaluator, seen));
  });
};

const isTextMethod = (call: Call): boolean =>
  call.callee.type === Type.MemberExpression &&
  /^(?:normalize|to[A-Z]\w+|trim\w*)$/.test(dottedNames(call.callee).at(-1) ?? '');

/** The call ends, through functions of this file, in a reported one: that is the same call, seen from outside. */
export const leadsTo = (
  call: Call,
  reported: readonly Node[],
  evaluator: Evaluator,
  seen: Set<Node> = new Set(),
): boolean =>
  bodiesOf(call, evaluator).some((body) => {
    if (seen.has(body)) return false;
    seen.add(body);
    // What another file sends is reported there, and this call beside it.
    if (rootOf(body) !== evaluator.file.sourceCode.ast) return false;
    if (reported.some((node) => node !== call && contains(body, node))) return true;
    return evaluator.file.callsIn(body).some((inner) => leadsTo(inner, reported, evaluator, seen));
  });
