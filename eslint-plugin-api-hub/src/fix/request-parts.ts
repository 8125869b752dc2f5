import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import type { FileIndex } from '../ast/file-index.js';
import { identityOf } from '../ast/module.js';
import { type Call, type Node, bare, dottedNames, writtenKey } from '../ast/tree.js';
import type { Evaluator } from '../value/evaluator.js';
import { addressesOf } from '../sink/request.js';
import { isPlainAddress, pathOf, piecesOf } from './address.js';
import { written } from './constant.js';
import type { Edit } from './edit.js';
import { type Params, noParams, paramsInAddress, paramsInObject } from './params.js';

/** A request that is known to the last part. */
export interface RequestParts {
  readonly library: 'axios' | 'fetch';
  readonly method: string;
  readonly path: string;
  readonly headers: readonly Node[];
  readonly params: Params;
  /** Options of the hub's call, as source text: `signal: controller.signal`. */
  readonly options: readonly string[];
  readonly edits: readonly Edit[];
}

interface Shape {
  readonly library: 'axios' | 'fetch';
  /** By its place in the call, by a name of the library, or as an option. */
  readonly method: string | null;
  readonly address: Node | null;
  readonly body: Node | null;
  readonly config: Node | null;
  readonly client: TSESTree.CallExpression | null;
}

const withBody = /^(?:patch|post|put)$/;
const httpMethod = /^(?:delete|get|patch|post|put)$/;

/** Which argument is which. null: another library, or a form that is not simple. */
const shapeOf = (call: Call, evaluator: Evaluator): Shape | null => {
  if (call.type !== Type.CallExpression || call.optional) return null;
  const [first = null, second = null, third = null] = call.arguments;
  if (call.arguments.some(({ type }) => type === Type.SpreadElement)) return null;
  const identity = identityOf(call.callee, evaluator.file);
  if (identity?.module === null && identity.names.join('.') === 'fetch') {
    return call.arguments.length > 2
      ? null
      : { library: 'fetch', method: null, address: first, body: null, config: second, client: null };
  }
  const client = clientOf(call.callee, evaluator);
  if (identity?.module !== 'axios' && client === null) return null;
  const callee = bare(call.callee);
  const isMethod = client === null ? (identity?.names.length ?? 0) > 0 : callee.type === Type.MemberExpression;
  const method = dottedNames(callee).at(-1) ?? '';
  const shape = { library: 'axios', method: null, address: null, body: null, config: null, client } as const;
  if (!isMethod || method === 'request') {
    if (second !== null) return isMethod ? null : { ...shape, address: first, config: second };
    return first !== null && isObject(first) ? { ...shape, config: first } : { ...shape, address: first };
  }
  if (!httpMethod.test(method)) return null;
  return withBody.test(method)
    ? { ...shape, method, address: first, body: second, config: third }
    : third === null
      ? { ...shape, method, address: first, config: second }
      : null;
};

const isObject = ({ type }: Node): boolean => type === Type.ObjectExpression;

/** The `axios.create({ … })` of a constant that has no interceptors: what they would do is not known. */
const clientOf = (callee: Node, { file }: Evaluator): TSESTree.CallExpression | null => {
  const at = bare(callee);
  const name = at.type === Type.MemberExpression ? bare(at.object) : at;
  const variable = name.type === Type.Identifier ? file.variableOf(name) : null;
  const declarator = variable?.defs[0]?.node;
  if (declarator?.type !== Type.VariableDeclarator || declarator.init?.type !== Type.CallExpression) return null;
  const identity = identityOf(declarator.init.callee, file);
  if (identity?.module !== 'axios' || identity.names.at(-1) !== 'create') return null;
  const isOnlyCalled = variable?.references.every(({ identifier: { parent }, init }) => {
    if (init === true || parent.type === Type.CallExpression) return true;
    return parent.type === Type.MemberExpression && httpMethod.test(writtenKey(parent) ?? '');
  });
  return isOnlyCalled === true ? declarator.init : null;
};

interface Config {
  readonly values: ReadonlyMap<string, Node>;
  readonly edits: readonly Edit[];
}

/** An object of options in which every key is known. */
const configAt = (node: Node | null, { file }: Evaluator): Config | null => {
  if (node === null) return { values: new Map(), edits: [] };
  const place = written(node, file);
  if (place?.node.type !== Type.ObjectExpression) return null;
  const values = new Map<string, Node>();
  for (const property of place.node.properties) {
    if (property.type !== Type.Property || property.kind !== 'init' || property.method) return null;
    const key = property.computed ? null : writtenKey(property);
    if (key === null || values.has(key)) return null;
    values.set(key, property.value);
  }
  return { values, edits: place.edits };
};

const understood = {
  fetch: new Set(['body', 'cache', 'headers', 'method', 'signal']),
  axios: new Set(['baseURL', 'data', 'headers', 'method', 'params', 'responseType', 'signal', 'timeout', 'url']),
} as const;

/** Of a client; how long it waits is a matter of the hub. */
const understoodInClient = new Set(['baseURL', 'headers', 'timeout']);

/** Options that say what the hub does anyway. */
const saysNothing: Readonly<Record<string, RegExp>> = { cache: /^no-store$/, responseType: /^json$/ };

/** The hub's own bound for one attempt (ms). */
const longestTimeout = 10_000;

/** null when the call has a part that could be lost. */
export const requestParts = (call: Call, evaluator: Evaluator): RequestParts | null => {
  const shape = shapeOf(call, evaluator);
  if (shape === null) return null;
  const { library, client } = shape;
  const config = configAt(shape.config, evaluator);
  const ofClient = configAt(client?.arguments[0] ?? null, evaluator);
  if (config === null || ofClient === null) return null;
  const { values } = config;
  if ([...values.keys()].some((key) => !understood[library].has(key))) return null;
  if ([...ofClient.values.keys()].some((key) => !understoodInClient.has(key))) return null;
  const says = (key: string): readonly string[] => {
    const value = values.get(key);
    return value === undefined ? [] : evaluator.texts(value).texts;
  };
  if (Object.entries(saysNothing).some(([key, same]) => says(key).some((text) => !same.test(text)))) return null;

  const address = shape.address ?? values.get('url');
  const path = pathOf(addressesOf(call, client === null ? [] : [client], evaluator).texts);
  if (address === undefined || path === null) return null;
  const methods = shape.method === null ? says('method') : [shape.method];
  const options = optionsIn(values, evaluator.file);
  const { pieces, edits } = piecesOf(address, evaluator);
  const params = paramsOf(shape, values, pieces, evaluator);
  if (methods.length > 1 || options === null || params === null) return null;
  if (!isPlainAddress(pieces, evaluator) || hidesQuery(address, pieces, evaluator)) return null;
  return {
    library,
    method: (methods[0] ?? 'get').toUpperCase(),
    path,
    headers: [ofClient.values.get('headers'), values.get('headers')].filter((one) => one !== undefined),
    params,
    options,
    edits: [...config.edits, ...edits],
  };
};

/** A `?` that comes out of a variable: its parameters are not seen here. */
const hidesQuery = (address: Node, pieces: ReturnType<typeof piecesOf>['pieces'], evaluator: Evaluator): boolean =>
  evaluator.texts(address).texts.some((text) => text.includes('?')) &&
  !pieces.some((piece) => 'text' in piece && piece.text.includes('?'));

const optionsIn = (values: ReadonlyMap<string, Node>, { sourceCode }: FileIndex): readonly string[] | null => {
  const timeout = values.get('timeout');
  const signal = values.get('signal');
  const named = signal === undefined ? '' : sourceCode.getText(signal);
  const options = named === '' ? [] : [named === 'signal' ? named : `signal: ${named}`];
  if (timeout === undefined) return options;
  const isShort =
    timeout.type === Type.Literal &&
    typeof timeout.value === 'number' &&
    timeout.value >= 1 &&
    timeout.value <= longestTimeout;
  return isShort ? [...options, `timeoutMs: ${timeout.raw}`] : null;
};

/** In the address, in `params`, or in the body; in two of them they would have to be told apart. */
const paramsOf = (
  { library, body }: Shape,
  values: ReadonlyMap<string, Node>,
  pieces: ReturnType<typeof piecesOf>['pieces'],
  { file }: Evaluator,
): Params | null => {
  const inAddress = paramsInAddress(pieces, file);
  const query = values.get('params');
  const inQuery = query === undefined ? noParams : paramsInObject(query, file);
  const sent = body ?? values.get(library === 'fetch' ? 'body' : 'data');
  const content = sent === undefined ? null : unserialised(sent);
  // axios makes JSON of an object by itself, fetch does not.
  const isSent = sent !== undefined && (library === 'axios' || content !== null);
  const inBody =
    sent === undefined || isNothing(sent) ? noParams : isSent ? paramsInObject(content ?? sent, file) : null;
  if (inAddress === null || inQuery === null || inBody === null) return null;
  const given = [inAddress, inQuery, inBody].filter(({ params }) => params.length > 0);
  return given.length > 1 ? null : (given[0] ?? noParams);
};

const isNothing = (node: Node): boolean =>
  (node.type === Type.Literal && node.value === null) || (node.type === Type.Identifier && node.name === 'undefined');

const unserialised = (node: Node): Node | null =>
  node.type === Type.CallExpression &&
  dottedNames(node.callee).join('.') === 'JSON.stringify' &&
  node.arguments.length === 1
    ? (node.arguments[0] ?? null)
    : null;
