import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import { type Call, type Node, dottedNames, isFunction } from '../ast/tree.js';
import type { Evidence } from '../evidence/find.js';
import type { Broker } from '../evidence/hosts.js';
import { isKnownTr, brokerOfPathEnd } from '../evidence/operations.js';
import { brokerInName, brokerOfAddressName, tellingHeaders } from '../evidence/weak.js';
import type { Evaluated, Evaluator } from '../value/evaluator.js';
import { hole } from '../value/text.js';
import { goesElsewhere } from './headers.js';

const evidence = (broker: Broker, what: string): Evidence => ({
  ...{ broker, host: null, use: null, path: null },
  header: what,
});

/**
 * What makes a call only sound like one to a broker, in a file that does not say where it goes: a header by its name, the end of a
 * path, a TR among the arguments, the name of what the address is kept in, the name of the function that is handed a path.
 */
export const weakEvidenceIn = (
  call: Call,
  kind: 'call' | 'wrapper',
  addresses: Evaluated,
  evaluator: Evaluator,
): Evidence | null => {
  if (addresses.texts.some(goesElsewhere)) return null;
  return (
    inHeaders(call, evaluator) ??
    inPath(addresses) ??
    (kind === 'call' ? inAddressName(addresses) : (amongArguments(call, evaluator) ?? inFunctionName(call, addresses)))
  );
};

const inHeaders = (call: Call, evaluator: Evaluator): Evidence | null => {
  for (const argument of call.arguments) {
    for (const [broker, names] of tellingHeaders) {
      if (evaluator.members(argument, names, 'headers').texts.length > 0) {
        return evidence(broker, `header ${names[0] ?? ''}`);
      }
    }
  }
  return null;
};

/** `quotations/inquire-price` behind a base that nobody knows. */
const inPath = ({ texts }: Evaluated): Evidence | null => {
  for (const text of texts) {
    const end = /(?:^|[/\0])([a-z-]+\/[a-z][a-z0-9-]+)(?:[?#].*)?$/.exec(text)?.[1];
    const broker = end === undefined ? null : brokerOfPathEnd(end);
    if (broker !== null && end !== undefined) return evidence(broker, end);
  }
  return null;
};

const amongArguments = (call: Call, evaluator: Evaluator): Evidence | null => {
  for (const argument of call.arguments) {
    if (isFunction(argument) || argument.type === Type.ObjectExpression) continue;
    for (const text of evaluator.texts(argument).texts) {
      const broker = (['kis', 'kiwoom'] as const).find((each) => isKnownTr(each, text));
      if (broker !== undefined) return evidence(broker, text);
    }
  }
  return null;
};

/** Names that were met on the way to the address. */
const inAddressName = ({ touched }: Evaluated): Evidence | null => {
  for (const node of touched) {
    for (const name of namesAt(node)) {
      const broker = brokerOfAddressName(name);
      if (broker !== null) return evidence(broker, name);
    }
  }
  return null;
};

const namesAt = (node: Node): readonly string[] => {
  if (node.type === Type.Identifier) return [node.name];
  if (node.type === Type.MemberExpression) return [dottedNames(node).join('.')];
  // `config.get('KIS_BASE_URL')`
  if (node.type !== Type.CallExpression) return [];
  const [first] = node.arguments;
  return first?.type === Type.Literal && typeof first.value === 'string' ? [first.value] : [];
};

/** `kisGet('/price')`: who is handed a path and is named after a broker. */
const inFunctionName = (call: Call, { texts }: Evaluated): Evidence | null => {
  const name = dottedNames(call.callee).join('.');
  const broker = brokerInName(name);
  const isPath = texts.some((text) => text !== hole && /^\/[a-z]/i.test(text));
  return broker !== null && isPath ? evidence(broker, `${name}() is handed a path`) : null;
};
