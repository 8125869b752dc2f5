import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import { type Call, type Node, bare, dottedNames, isFunction, writtenKey } from '../ast/tree.js';
import { isWrittenAsAddress } from '../evidence/find.js';
import type { Evaluated, Evaluator } from '../value/evaluator.js';
import { addressKeys, baseKeys } from './library.js';

/** Properties that hold no address of the request, even if one is written there. */
const otherKeys = /^(?:body|data|description|docs?|headers|help|label|message|meta|referer|text|title)$/i;

const maxDepth = 2;

const nothing: Evaluated = { texts: [], touched: new Set() };

const ofProperties = (object: TSESTree.ObjectExpression, depth: number, evaluator: Evaluator): readonly Evaluated[] =>
  object.properties.flatMap((property): readonly Evaluated[] => {
    const key = property.type === Type.Property ? (writtenKey(property) ?? '') : '';
    if (property.type !== Type.Property || otherKeys.test(key)) return [];
    const value = bare(property.value);
    if (value.type === Type.ObjectExpression) return depth < maxDepth ? ofProperties(value, depth + 1, evaluator) : [];
    const found = evaluator.texts(value);
    return [isAddressKey(key) ? found : withoutNames(found)];
  });

const isAddressKey = (key: string): boolean =>
  ([...baseKeys, ...addressKeys] as readonly string[]).includes(key) ||
  /(?:host|url|uri|domain|endpoint|origin)$/i.test(key);

/** Host names that stand alone may be labels. */
const withoutNames = ({ texts, touched }: Evaluated): Evaluated => ({
  texts: texts.filter((text) => isWrittenAsAddress(text)),
  touched,
});

const requestName = /api|call|connect|fetch|get|http|open|post|put|request|send|socket/i;

/** `post('api.kiwoom.com', '/oauth2/token')`: a host name counts in the company of a path, a port, or a telling name. */
const isHostPlace = (call: Call, texts: readonly (readonly string[])[]): boolean =>
  requestName.test(dottedNames(call.callee).at(-1) ?? '') || texts.flat().some((text) => /^(?:\/|\d+$)/.test(text));

/**
 * The strings that a function nobody knows is handed: arguments, properties of object literals, and the address-like
 * properties of objects that come by name.
 */
export const handedTo = (call: Call, evaluator: Evaluator, { lists = false } = {}): Evaluated => {
  // `spawn('curl', ['-s', url])`: the words of a command are a list.
  const given = call.arguments.flatMap((argument): readonly Node[] => {
    const at = bare(argument);
    return lists && at.type === Type.ArrayExpression ? at.elements.filter((element) => element !== null) : [at];
  });
  const values = given.map((at) => {
    const hasTexts = !isFunction(at) && at.type !== Type.ArrayExpression && at.type !== Type.ObjectExpression;
    return { at, direct: hasTexts ? evaluator.texts(at) : nothing };
  });
  const takesHosts = isHostPlace(
    call,
    values.map(({ direct }) => direct.texts),
  );
  const parts = values.flatMap(({ at, direct }): readonly Evaluated[] => {
    if (at.type === Type.ObjectExpression) return ofProperties(at, 1, evaluator);
    if (direct === nothing) return [];
    return [takesHosts ? direct : withoutNames(direct), evaluator.members(at, [...baseKeys, ...addressKeys])];
  });
  return {
    texts: parts.flatMap(({ texts }) => texts),
    touched: new Set(parts.flatMap(({ touched }) => [...touched])),
  };
};
