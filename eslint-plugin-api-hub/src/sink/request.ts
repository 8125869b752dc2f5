import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import { identityOf } from '../ast/module.js';
import { type Call, type Node, bare, dottedNames, isCall, isFunction } from '../ast/tree.js';
import type { Evaluated, Evaluator } from '../value/evaluator.js';
import { joinUrl } from '../value/url.js';
import {
  addressKeys,
  baseKeys,
  clientModules,
  commandModules,
  globalSinks,
  makesClient,
  networkModules,
  notSending,
} from './library.js';

export type Role =
  | { readonly kind: 'client' }
  | { readonly kind: 'command' }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'request'; readonly clients: readonly Call[] };

/** Roles that are known already, or being looked for: a client may be made by a call of itself. */
const roles = new WeakMap<Evaluator, Map<Call, Role>>();

/** What a call does, as far as its library is known. `elsewhere`: not a library that we know. */
export const roleOf = (call: Call, evaluator: Evaluator): Role => {
  const known = roles.get(evaluator) ?? new Map<Call, Role>();
  roles.set(evaluator, known);
  const before = known.get(call);
  if (before !== undefined) return before;
  known.set(call, { kind: 'elsewhere' });
  const role = findRole(call, evaluator);
  known.set(call, role);
  return role;
};

const findRole = (call: Call, evaluator: Evaluator): Role => {
  const [applied] = call.arguments;
  const isApplied = applied !== undefined && dottedNames(call.callee).join('.') === 'Reflect.apply';
  const identity = identityOf(isApplied ? applied : call.callee, evaluator.file);
  if (identity !== null) {
    const { module, names } = identity;
    const last = names.at(-1) ?? '';
    if (module === null) {
      if (globalSinks.has(names.join('.'))) return { kind: 'request', clients: [] };
    } else if (commandModules.has(module)) return { kind: 'command' };
    else if (networkModules.has(module)) {
      if (names.some((name) => notSending.test(name))) return { kind: 'elsewhere' };
      const makes = clientModules.has(module) ? names.length === 0 : makesClient.test(last);
      return makes ? { kind: 'client' } : { kind: 'request', clients: [] };
    }
  }
  const clients = clientsBehind(call, evaluator);
  if (clients.length === 0) return { kind: 'elsewhere' };
  return makesClient.test(dottedNames(call.callee).at(-1) ?? '') ? { kind: 'client' } : { kind: 'request', clients };
};

/** The calls that made the client which is called here, as in `client.get(…)` or `client(…)`. */
const clientsBehind = (call: Call, evaluator: Evaluator): readonly Call[] => {
  const callee = bare(call.callee);
  const receivers = callee.type === Type.MemberExpression ? [callee.object, callee] : [callee];
  return receivers
    .flatMap((receiver) => evaluator.follow(receiver))
    .filter((node): node is Call => node !== call && isCall(node) && roleOf(node, evaluator).kind === 'client');
};

const nothing: Evaluated = { texts: [], touched: new Set() };

const together = (texts: readonly string[], ...parts: readonly Evaluated[]): Evaluated => ({
  texts,
  touched: new Set(parts.flatMap((part) => [...part.touched])),
});

/** The address in a request object: base and path may be different properties, or only one of them is there. */
const inObject = (node: Node, evaluator: Evaluator): Evaluated => {
  const base = evaluator.members(node, baseKeys);
  const address = evaluator.members(node, addressKeys);
  if (base.texts.length === 0) return address;
  return address.texts.length === 0 ? base : together(joinUrl(base.texts, address.texts), base, address);
};

const isObject = (node: Node, evaluator: Evaluator): boolean =>
  evaluator.follow(node).some(({ type }) => type === Type.ObjectExpression);

const httpMethod = /^(?:delete|get|head|options|patch|post|put)$/i;

/** What the sending function itself is given: `fetch.call(null, url)`, `Reflect.apply(fetch, null, [url])`, `needle('post', url)`. */
const argumentsOf = (call: Call, evaluator: Evaluator): readonly Node[] => {
  const names = dottedNames(call.callee);
  const last = names.at(-1) ?? '';
  const list = (node: Node | undefined): readonly Node[] =>
    node?.type === Type.ArrayExpression ? node.elements.filter((element) => element !== null) : [];
  if (names.join('.') === 'Reflect.apply') return list(call.arguments[2]);
  if (last === 'apply') return list(call.arguments[1]);
  const args: readonly Node[] = last === 'call' ? call.arguments.slice(1) : call.arguments;
  const [first] = args;
  const isMethod =
    args.length > 1 && first !== undefined && evaluator.texts(first).texts.every((text) => httpMethod.test(text));
  return isMethod ? args.slice(1) : args;
};

/** Every address that a known library may be asked for in a call, with the base of its client in front. */
export const addressesOf = (call: Call, clients: readonly Call[], evaluator: Evaluator): Evaluated => {
  const args = argumentsOf(call, evaluator);
  const [first] = args;
  const isAddress = first !== undefined && !isFunction(first) && !isObject(first, evaluator);
  const direct = isAddress ? evaluator.texts(first) : nothing;
  const inObjects = args.map((argument) => inObject(argument, evaluator));
  const bases = clients.map((client) => addressesOf(client, [], evaluator));
  const own = [...direct.texts, ...inObjects.flatMap(({ texts }) => texts)];
  const behindClient = joinUrl(
    bases.flatMap(({ texts }) => texts),
    own.length === 0 ? [''] : own,
  );
  const all = together([...behindClient, ...own], direct, ...inObjects, ...bases);
  return { texts: all.texts, touched: new Set([...all.touched, ...clients]) };
};
