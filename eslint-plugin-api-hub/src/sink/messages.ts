import { AST_NODE_TYPES } from '@typescript-eslint/types';

import { type Call, dottedNames } from '../ast/tree.js';
import type { Evidence } from '../evidence/find.js';
import { brokerMessages } from '../evidence/messages.js';
import type { Evaluator } from '../value/evaluator.js';

export interface SentMessage {
  readonly send: Call;
  readonly evidence: Evidence;
}

/** `socket.send(JSON.stringify(message))` with a message that only a broker reads. */
export const brokerMessagesIn = (evaluator: Evaluator): readonly SentMessage[] =>
  evaluator.file.calls.flatMap((send): readonly SentMessage[] => {
    if (dottedNames(send.callee).at(-1) !== 'send') return [];
    const [payload] = send.arguments;
    const evidence = payload === undefined ? null : evidenceIn(evaluator.follow(payload), evaluator);
    return evidence === null ? [] : [{ send, evidence }];
  });

const evidenceIn = (payloads: ReturnType<Evaluator['follow']>, evaluator: Evaluator): Evidence | null => {
  for (const payload of payloads) {
    if (payload.type !== AST_NODE_TYPES.CallExpression || dottedNames(payload.callee).join('.') !== 'JSON.stringify')
      continue;
    const [message] = payload.arguments;
    if (message === undefined) continue;
    const has = (key: string, within?: string): boolean => evaluator.members(message, [key], within).texts.length > 0;
    const known = brokerMessages.find(({ within, field, beside }) => has(field, within) && has(beside));
    if (known !== undefined) {
      return { broker: known.broker, host: null, use: 'websocket', path: null, header: `${known.field} in a message` };
    }
  }
  return null;
};
