import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import { type Node, dottedNames, writtenKey } from '../ast/tree.js';
import type { Broker } from '../evidence/hosts.js';
import type { Evaluator } from '../value/evaluator.js';

const ofEveryBroker = ['accept', 'accept-language', 'authorization', 'charset', 'connection', 'content-type', 'host'];

/** Headers that the hub sets itself. Others would be lost, so a call that has one is left to its author. */
const setByHub: Readonly<Record<Broker, ReadonlySet<string>>> = {
  kis: new Set([...ofEveryBroker, 'appkey', 'appsecret', 'custtype', 'hashkey', 'tr_cont', 'tr_id', 'user-agent']),
  kiwoom: new Set([...ofEveryBroker, 'api-id', 'appkey', 'cont-yn', 'next-key', 'secretkey', 'user-agent']),
};

/** What the hub sends there; with another value the call means something else: a further page, a company's account. */
const meansTheSame: Readonly<Record<string, RegExp>> = {
  tr_cont: /^\s*$/,
  custtype: /^P$/,
  'cont-yn': /^N?$/,
  'next-key': /^$/,
};

/** TRs that the headers name; empty where they do not tell. null: they say something that the hub would not. */
export const trsInHeaders = (headers: Node, broker: Broker, evaluator: Evaluator): readonly string[] | null => {
  const keys = keysOf(headers, evaluator);
  if (keys === null || isChangedLater(headers, evaluator)) return null;
  const known = setByHub[broker];
  if (keys.some((key) => !known.has(key.toLowerCase()))) return null;
  for (const [name, same] of Object.entries(meansTheSame)) {
    const { texts } = evaluator.members(headers, [name]);
    if (texts.some((text) => !same.test(text))) return null;
  }
  return evaluator
    .members(headers, broker === 'kis' ? ['tr_id', 'TR_ID'] : ['api-id'])
    .texts.map((text) => text.trim());
};

/** All keys of an object that is written out, wherever; null when it may have others. */
const keysOf = (node: Node, evaluator: Evaluator, depth = 0): readonly string[] | null => {
  if (depth > 5) return null;
  const all: string[] = [];
  for (const value of evaluator.follow(node)) {
    if (value.type === Type.NewExpression && dottedNames(value.callee).join('.') === 'Headers') {
      const [inner] = value.arguments;
      const keys = inner === undefined ? [] : keysOf(inner, evaluator, depth + 1);
      if (keys === null) return null;
      all.push(...keys);
      continue;
    }
    if (value.type !== Type.ObjectExpression) return null;
    for (const property of value.properties) {
      const keys =
        property.type === Type.SpreadElement ? keysOf(property.argument, evaluator, depth + 1) : [writtenKey(property)];
      if (keys === null) return null;
      for (const key of keys) {
        if (key === null) return null;
        all.push(key);
      }
    }
  }
  return all;
};

/** `headers['x-trace'] = id`, `headers.set(…)`, and a hand-over to somebody who may do that. */
const isChangedLater = (node: Node, { file }: Evaluator): boolean => {
  if (node.type !== Type.Identifier) return false;
  return (file.variableOf(node)?.references ?? []).some(({ identifier }) => {
    const { parent } = identifier;
    if (parent.type !== Type.MemberExpression || parent.object !== identifier) return false;
    const above = parent.parent;
    return (
      (above.type === Type.AssignmentExpression && above.left === parent) ||
      (above.type === Type.CallExpression && above.callee === parent)
    );
  });
};
