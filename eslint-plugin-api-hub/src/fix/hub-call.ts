import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import type { Call, Node } from '../ast/tree.js';
import type { Evidence } from '../evidence/find.js';
import type { Broker } from '../evidence/hosts.js';
import { type Operation, operationsFor } from '../evidence/operations.js';
import type { Evaluator } from '../value/evaluator.js';
import { type Edit, replaced } from './edit.js';
import { trsInHeaders } from './headers.js';
import { hubAt } from './hub-name.js';
import type { Param } from './params.js';
import { requestParts } from './request-parts.js';
import { editsOfResult } from './result.js';

export interface Rewrite {
  /** For a person: `hub.kis.call('inquire-price', …)`. */
  readonly call: string;
  readonly edits: readonly Edit[];
  /** The file had no hub before. */
  readonly makesHub: boolean;
}

/** The same call through the hub, where nothing of it would be lost; null where that is not certain. */
export const rewriteOf = (call: Call, { broker }: Evidence, evaluator: Evaluator): Rewrite | null => {
  if (broker === null || call.type !== Type.CallExpression) return null;
  const { file } = evaluator;
  const parts = requestParts(call, evaluator);
  if (parts === null) return null;
  const operation = operationOf(broker, parts.path, parts.headers, evaluator);
  if (operation?.method !== parts.method) return null;
  const params = paramsFor(operation, parts.params.params);
  const result = editsOfResult(call, parts.library, file);
  const hub = hubAt(call, file);
  if (params === null || result === null || hub === null) return null;
  const name = `${hub.name}.${broker}.call('${operation.name}'`;
  const options = parts.options.length === 0 ? '' : `, { ${parts.options.join(', ')} }`;
  const edits = [
    ...hub.edits,
    ...parts.edits,
    ...parts.params.edits,
    replaced(call, `${name}, ${objectOf(params)}${options})`),
    ...result,
  ];
  return isApart(edits) ? { call: `${name}, …)`, edits, makesHub: hub.edits.length > 0 } : null;
};

const operationOf = (
  broker: Broker,
  path: string,
  headers: readonly Node[],
  evaluator: Evaluator,
): Operation | null => {
  const named = headers.map((one) => trsInHeaders(one, broker, evaluator));
  if (named.some((one) => one === null)) return null;
  const trs = named.flatMap((one) => one ?? []);
  const possible = operationsFor(broker, path, null);
  // One that is not known may be any; one that the catalogue does not know is another operation.
  const fits = trs.reduce<readonly Operation[]>(
    (left, tr) => left.filter((each) => each.trs.includes(tr) || tr.includes('\0')),
    possible,
  );
  const [only = null, ...others] = fits;
  return others.length === 0 ? only : null;
};

/** By the catalogue's names; on GET the brokers take either case, the hub does not. */
const paramsFor = (operation: Operation, given: readonly Param[]): readonly Param[] | null => {
  const known = [...operation.required, ...operation.optional];
  const named = given.map(({ name, value }) => {
    const own = known.find(
      (each) => each === name || (operation.method === 'GET' && each.toUpperCase() === name.toUpperCase()),
    );
    return own === undefined ? null : { name: own, value };
  });
  if (named.some((one) => one === null)) return null;
  const params = named.filter((one) => one !== null);
  const names = new Set(params.map(({ name }) => name));
  const isWhole = operation.required.every((name) => names.has(name)) && names.size === params.length;
  return isWhole ? params : null;
};

const keyOf = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`);

const objectOf = (params: readonly Param[]): string => {
  if (params.length === 0) return '{}';
  return `{ ${params.map(({ name, value }) => (name === value ? name : `${keyOf(name)}: ${value}`)).join(', ')} }`;
};

/** No edit within another: a constant that holds the response and goes would take the call with it. */
const isApart = (edits: readonly Edit[]): boolean => {
  const sorted = [...edits].sort((one, other) => one.range[0] - other.range[0] || one.range[1] - other.range[1]);
  return sorted.every(({ range }, index) => range[0] >= (sorted[index - 1]?.range[1] ?? 0));
};
