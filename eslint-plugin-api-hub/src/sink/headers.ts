import type { Call, Node } from '../ast/tree.js';
import type { Evidence } from '../evidence/find.js';
import { brokerHeaders, headerEvidence } from '../evidence/headers.js';
import type { Evaluated, Evaluator } from '../value/evaluator.js';

/** A known host, or the application's own back end: what is sent there is not sent to a broker. */
export const goesElsewhere = (text: string): boolean => /^(?:[a-z][a-z+.-]*:)?\/\/[^/\0]|^\/api(?:\/|$)/i.test(text);

/**
 * The headers of a request whose address does not tell: an instance with a base from the environment, a relative path.
 * Only what stands below `headers` counts; fields of the same names in records and forms do not.
 */
export const evidenceInHeaders = (call: Call, addresses: Evaluated, evaluator: Evaluator): Evidence | null => {
  if (addresses.texts.some(goesElsewhere)) return null;
  const header = (argument: Node, names: readonly string[]): readonly string[] =>
    evaluator.members(argument, names, 'headers').texts;
  for (const argument of call.arguments) {
    for (const known of brokerHeaders) {
      const texts = header(argument, known.names);
      if (texts.length === 0) continue;
      const evidence = headerEvidence(known, texts, header(argument, known.companions).length > 0);
      if (evidence !== null) return evidence;
    }
  }
  return null;
};
