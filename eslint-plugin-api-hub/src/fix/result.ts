import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import type { FileIndex } from '../ast/file-index.js';
import { type Node, functionAround, writtenKey } from '../ast/tree.js';
import { type Edit, removed, replaced } from './edit.js';

export type Library = 'axios' | 'fetch';

type Edits = readonly Edit[];

/** Members of a response that an answer has as well; `data` is renamed. */
const kept: Readonly<Record<Library, ReadonlySet<string>>> = {
  axios: new Set(['data', 'headers', 'status']),
  fetch: new Set(['status']),
};

/**
 * What becomes of the code that uses the response, now that it is given an answer of the hub: `body` is the JSON already, and what is
 * no success has been thrown. null where it uses more than that, or hands the response on.
 */
export const editsOfResult = (call: TSESTree.CallExpression, library: Library, file: FileIndex): Edits | null => {
  const { parent } = call;
  if (parent.type === Type.AwaitExpression) return ofAwaited(parent, library, file);
  if (parent.type === Type.ExpressionStatement) return [];
  if (parent.type !== Type.MemberExpression || parent.object !== call || writtenKey(parent) !== 'then') return null;
  const then = parent.parent;
  if (then.type !== Type.CallExpression || then.callee !== parent || then.arguments.length !== 1) return null;
  const [callback] = then.arguments;
  if (callback?.type !== Type.ArrowFunctionExpression && callback?.type !== Type.FunctionExpression) return null;
  const [pattern] = callback.params;
  return pattern === undefined ? [] : ofPattern(pattern, library, file);
};

const ofAwaited = (awaited: TSESTree.AwaitExpression, library: Library, file: FileIndex): Edits | null => {
  const { parent } = awaited;
  if (parent.type === Type.ExpressionStatement) return [];
  if (parent.type === Type.VariableDeclarator) {
    return parent.parent.kind === 'const' ? ofPattern(parent.id, library, file) : null;
  }
  return ofUse(awaited, library, file);
};

const ofPattern = (pattern: Node, library: Library, file: FileIndex): Edits | null => {
  if (pattern.type === Type.ObjectPattern) return ofNames(pattern, library);
  if (pattern.type !== Type.Identifier || pattern.typeAnnotation !== undefined) return null;
  const references = file.variableOf(pattern)?.references.filter((one) => one.init !== true) ?? [];
  const edits = references.map((one) => ofUse(one.identifier, library, file));
  return edits.some((one) => one === null) ? null : edits.flatMap((one) => one ?? []);
};

/** `const { data, status } = await axios.get(…)` */
const ofNames = (pattern: TSESTree.ObjectPattern, library: Library): Edits | null => {
  if (pattern.typeAnnotation !== undefined) return null;
  const edits: Edit[] = [];
  for (const property of pattern.properties) {
    const key = property.type === Type.Property && !property.computed ? writtenKey(property) : null;
    if (property.type !== Type.Property || key === null || !kept[library].has(key)) return null;
    if (key !== 'data') continue;
    edits.push(
      property.shorthand
        ? { range: [property.range[0], property.range[0]], text: 'body: ' }
        : replaced(property.key, 'body'),
    );
  }
  return edits;
};

/** `response.data`, `await response.json()`, `if (!response.ok) throw …` */
const ofUse = (response: Node, library: Library, file: FileIndex): Edits | null => {
  const { parent: member } = response;
  if (member?.type !== Type.MemberExpression || member.object !== response || member.optional) return null;
  const key = writtenKey(member);
  if (key === null || isWritten(member)) return null;
  if (library === 'axios')
    return key === 'data'
      ? [replaced(member.property, member.computed ? "'body'" : 'body')]
      : kept.axios.has(key)
        ? []
        : null;
  if (key === 'ok') return ofCheck(member, file);
  if (key !== 'json') return kept.fetch.has(key) ? [] : null;
  const json = member.parent;
  if (json.type !== Type.CallExpression || json.callee !== member || json.optional || member.computed) return null;
  const toBody: Edit = { range: [member.property.range[0], json.range[1]], text: 'body' };
  if (json.parent.type === Type.AwaitExpression) {
    return [{ range: [json.parent.range[0], json.range[0]], text: '' }, toBody];
  }
  return isHandedToPromise(json) ? [toBody] : null;
};

const isWritten = (member: TSESTree.MemberExpression): boolean =>
  (member.parent.type === Type.AssignmentExpression && member.parent.left === member) ||
  member.parent.type === Type.UpdateExpression ||
  (member.parent.type === Type.UnaryExpression && member.parent.operator === 'delete');

/** Returned by a callback of `then` or by an async function: a value does as well as a promise there. */
const isHandedToPromise = (json: TSESTree.CallExpression): boolean => {
  const { parent } = json;
  if (parent.type === Type.ArrowFunctionExpression) return parent.body === json && givesPromise(parent);
  if (parent.type !== Type.ReturnStatement) return false;
  const around = functionAround(parent);
  return around !== null && givesPromise(around);
};

const givesPromise = (
  fn: TSESTree.ArrowFunctionExpression | TSESTree.FunctionDeclaration | TSESTree.FunctionExpression,
): boolean => {
  const { async, parent } = fn;
  if (async || parent.type !== Type.CallExpression || parent.callee.type !== Type.MemberExpression) return async;
  return writtenKey(parent.callee) === 'then' && parent.arguments[0] === fn;
};

/** A check that throws: the hub has thrown before. One that goes on in another way is its author's to judge. */
const ofCheck = (member: TSESTree.MemberExpression, file: FileIndex): Edits | null => {
  const not = member.parent;
  const check = not.parent;
  if (not.type !== Type.UnaryExpression || not.operator !== '!' || check?.type !== Type.IfStatement) return null;
  if (check.test !== not || check.alternate !== null || check.parent.type === Type.IfStatement) return null;
  const { consequent } = check;
  const only =
    consequent.type === Type.BlockStatement && consequent.body.length === 1 ? consequent.body[0] : consequent;
  if (only?.type !== Type.ThrowStatement) return null;
  return [removed(check, file.sourceCode.getText())];
};
