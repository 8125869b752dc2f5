import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import { type Call, type Node, dottedNames } from '../ast/tree.js';
import type { Evidence } from '../evidence/find.js';
import type { Evaluated, Evaluator } from '../value/evaluator.js';
import { goesElsewhere } from './headers.js';

/** What the token requests of the brokers hold, and those of nobody else (read in both brokers' documents, 2026-11-23). */
const tokenBodies = [
  { broker: 'kiwoom', fields: ['grant_type', 'appkey', 'secretkey'] },
  { broker: 'kis', fields: ['grant_type', 'appkey', 'appsecret'] },
] as const;

const tokenPath = /oauth2\/(?:token|tokenP|Approval)(?![\w-])/;

/** A token request whose host does not tell: its body does. */
export const evidenceInBody = (call: Call, addresses: Evaluated, evaluator: Evaluator): Evidence | null => {
  if (addresses.texts.some(goesElsewhere) || !addresses.texts.some((text) => tokenPath.test(text))) return null;
  for (const body of bodiesOf(call, evaluator)) {
    const known = tokenBodies.find(({ fields }) =>
      fields.every((field) => evaluator.members(body, [field]).texts.length > 0),
    );
    if (known !== undefined) {
      const { broker, fields } = known;
      return { broker, host: null, use: 'rest', path: null, header: `${fields.join(', ')} in the body` };
    }
  }
  return null;
};

/** `fetch(url, { body: JSON.stringify(body) })`, `axios.post(url, body)`, `got.post(url, { json: body })`. */
const bodiesOf = (call: Call, evaluator: Evaluator): readonly Node[] =>
  call.arguments.flatMap((argument) => {
    const inside = evaluator
      .follow(argument)
      .flatMap((node) =>
        node.type === Type.ObjectExpression
          ? node.properties.flatMap((property) =>
              property.type === Type.Property && /^(?:body|data|json)$/.test(dottedNames(property.key).join('.'))
                ? [property.value]
                : [],
            )
          : [],
      );
    return [argument, ...inside].flatMap((node) => evaluator.follow(node)).flatMap(unserialised);
  });

const unserialised = (node: Node): readonly Node[] =>
  node.type === Type.CallExpression && dottedNames(node.callee).join('.') === 'JSON.stringify'
    ? node.arguments.slice(0, 1)
    : [node];
