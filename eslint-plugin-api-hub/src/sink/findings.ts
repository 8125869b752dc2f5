import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import type { Text } from '../ast/file-index.js';
import { type Call, type Node, contains, dottedNames, isFunction, parentOf } from '../ast/tree.js';
import { type Evidence, type Search, type Weights, bestEvidence, isWrittenAsAddress } from '../evidence/find.js';
import type { Evaluated, Evaluator } from '../value/evaluator.js';
import { decodes } from '../value/decoding.js';
import { definitionAt } from './definition.js';
import { evidenceInBody } from './body.js';
import { evidenceInHeaders, goesElsewhere } from './headers.js';
import { isPureHelper, leadsTo } from './local-function.js';
import { brokerMessagesIn } from './messages.js';
import { addressesOf, roleOf } from './request.js';
import { isSilent } from './silent.js';
import { weakEvidenceIn } from './weak.js';
import { handedTo } from './wrapper.js';

export interface Finding {
  /** `call`: a library that sends; `wrapper`: a function nobody knows; `definition`: the place where an address is kept. */
  readonly kind: 'call' | 'definition' | 'wrapper';
  readonly node: Node;
  readonly evidence: Evidence;
}

interface Candidate {
  readonly kind: 'call' | 'wrapper';
  readonly node: Call;
  readonly evidence: Evidence;
  readonly touched: ReadonlySet<Node>;
}

/** Every way out to a broker that a file shows: one finding per call, and one per address that is kept. */
export const findDirectCalls = (
  evaluator: Evaluator,
  weights: Weights,
  isWorthALook: (node: Node) => boolean,
): readonly Finding[] => {
  const calls = evaluator.file.calls.filter(isWorthALook);
  const texts = evaluator.file.texts.filter(isWorthALook);
  const found = calls.flatMap((call) => candidateAt(call, evaluator, weights) ?? []);
  const candidates = [...found, ...behindMessages(found, evaluator)];
  const nodes = candidates.map(({ node }) => node);
  const sending = candidates.filter(({ kind }) => kind === 'call');
  const wrappers = candidates.filter(
    (one) =>
      one.kind === 'wrapper' &&
      !candidates.some((other) => other !== one && other.touched.has(one.node)) &&
      !leadsTo(one.node, nodes, evaluator),
  );
  const kept = [...sending, ...wrappers];
  const isArgument = (node: Node): boolean => kept.some((one) => isArgumentOf(node, one.node));
  // A portal is documentation, unless a call is made with it.
  const used = new Set(candidates.flatMap(({ touched }) => [...touched]));
  const written = texts
    .filter((text) => !isArgument(text))
    .map((text) => ({ node: text, values: [writtenAt(text)], portals: used.has(text) }));
  const decoded = calls
    .filter((call) => decodes(call) && !isArgument(call))
    .map((call) => ({ node: call, values: evaluator.texts(call).texts, portals: false }));
  return [...kept, ...findDefinitions([...written, ...decoded], evaluator, weights.extraHosts)];
};

const candidateAt = (call: Call, evaluator: Evaluator, { extraHosts, weighing }: Weights): Candidate | null => {
  const role = roleOf(call, evaluator);
  if (role.kind === 'client') return null; // its calls are reported, or its address as a definition
  const candidate = (kind: Candidate['kind'], found: Evaluated, search: Search): Candidate | null => {
    const evidence =
      bestEvidence(found.texts, search) ??
      evidenceInHeaders(call, found, evaluator) ??
      evidenceInBody(call, found, evaluator) ??
      (weighing === 'strict' ? weakEvidenceIn(call, kind, found, evaluator) : null);
    return evidence === null ? null : { kind, node: call, evidence, touched: found.touched };
  };
  if (role.kind === 'request') {
    return candidate('call', addressesOf(call, role.clients, evaluator), { extraHosts, portals: true });
  }
  if (role.kind === 'command') {
    return candidate('call', handedTo(call, evaluator, { lists: true }), {
      extraHosts,
      portals: false,
      commands: true,
    });
  }
  if (isSilent(call, evaluator)) return null;
  const wrapper = candidate('wrapper', handedTo(call, evaluator), { extraHosts, portals: false });
  return wrapper === null || isPureHelper(call, evaluator) ? null : wrapper;
};

/**
 * A socket whose address comes from elsewhere, but on which a broker's messages are sent: the way out is where it is
 * opened, or where the messages are sent when that is another file.
 */
const behindMessages = (found: readonly Candidate[], evaluator: Evaluator): readonly Candidate[] => {
  const isSocket = (call: Call): boolean =>
    call.type === Type.NewExpression && dottedNames(call.callee).at(-1) === 'WebSocket';
  if (found.some(({ node }) => isSocket(node))) return [];
  const messages = brokerMessagesIn(evaluator);
  const [first] = messages;
  if (first === undefined) return [];
  const sockets = evaluator.file.calls.filter(
    (call) => isSocket(call) && !addressesOf(call, [], evaluator).texts.some(goesElsewhere),
  );
  const touched = new Set<Node>();
  if (sockets.length === 0) {
    return messages.map(({ send, evidence }) => ({ kind: 'call', node: send, evidence, touched }));
  }
  return sockets.map((node) => ({ kind: 'call', node, evidence: first.evidence, touched }));
};

/** Written inside the arguments of a call, and not in a function that the call is given. */
const isArgumentOf = (text: Node, call: Call): boolean => {
  for (let at = parentOf(text); at !== null && contains(call, at); at = parentOf(at)) {
    if (at === call) return true;
    if (isFunction(at)) return false;
  }
  return false;
};

/** What is written at a text itself; the parts that come from elsewhere are reported where they are written. */
const writtenAt = (text: Text): string =>
  text.type === Type.Literal ? text.value : text.quasis.map(({ value }) => value.cooked ?? value.raw).join('\0');

interface Kept {
  readonly node: Node;
  readonly values: readonly string[];
  readonly portals: boolean;
}

const findDefinitions = (
  places: readonly Kept[],
  evaluator: Evaluator,
  extraHosts: readonly string[],
): readonly Finding[] => {
  const roots = new Set<Node>();
  return places.flatMap(({ node, values, portals }): readonly Finding[] => {
    const evidence = bestEvidence(values, { extraHosts, portals });
    if (typeof evidence?.host !== 'string') return [];
    const definition = definitionAt(node, evaluator);
    if (definition === null || roots.has(definition.root)) return [];
    if (!definition.isPlaceForHosts && !values.some(isWrittenAsAddress)) return [];
    roots.add(definition.root);
    return [{ kind: 'definition', node, evidence }];
  });
};
