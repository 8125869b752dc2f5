import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import { type Call, type Node, dottedNames, isCall, parentOf, writtenKey } from '../ast/tree.js';
import { isHostKey } from '../evidence/host-key.js';
import type { Evaluator } from '../value/evaluator.js';
import { roleOf } from './request.js';
import { isSilent } from './silent.js';

export interface Definition {
  /** One per definition: two hosts in the branches of one condition are one. */
  readonly root: Node;
  /** A bare host name is an address only where its place says so. */
  readonly isPlaceForHosts: boolean;
}

/** Properties and attributes for people's eyes, and headers that name a page. */
const displayKey =
  /^(?:description|docs?|documentation|example|headers|help|homepage|href|inner(?:HTML|Text)|label|link|links|message|placeholder|portal|referer|text|textContent|title|tooltip|.*src|site|website)$/i;

const takesFallback = /^(?:catch|default|getOrElse|prefault|withDefault)$/;
const collects = /^(?:add|push|set|unshift)$/;
const textMethod =
  /^(?:concat|join|normalize|replace|replaceAll|slice|substring|toLowerCase|toString|trim|trimEnd|trimStart)$/;

const passThrough = new Set<Node['type']>([
  Type.ArrayExpression,
  Type.AwaitExpression,
  Type.ChainExpression,
  Type.ConditionalExpression,
  Type.LogicalExpression,
  Type.ObjectExpression,
  Type.SequenceExpression,
  Type.SpreadElement,
  Type.TSAsExpression,
  Type.TSNonNullExpression,
  Type.TSSatisfiesExpression,
  Type.TSTypeAssertion,
  Type.TaggedTemplateExpression,
  Type.TemplateLiteral,
]);

/** Where an address is kept that is written at `text`; null when it is compared, shown, thrown or printed there. */
export const definitionAt = (text: Node, evaluator: Evaluator): Definition | null => {
  let inObject = false;
  let inArray = false;
  let key: string | null = null;
  let below = text;
  for (let at = parentOf(text); at !== null; below = at, at = parentOf(at)) {
    switch (at.type) {
      case Type.Property: {
        if (at.value !== below) return null;
        const own = writtenKey(at);
        if (own !== null && displayKey.test(own)) return null;
        if (!inObject) key = own;
        inObject = true;
        continue;
      }
      case Type.BinaryExpression:
        if (at.operator !== '+') return null;
        continue;
      case Type.MemberExpression: {
        const isMethod = at.object === below && isCall(at.parent) && at.parent.callee === at;
        if (!isMethod || !textMethod.test(writtenKey(at) ?? '')) return null;
        continue;
      }
      case Type.CallExpression:
      case Type.NewExpression:
        if (at.callee === below || keepsAddress(at, evaluator)) continue;
        return isDefiningCall(at, below, evaluator) ? { root: text, isPlaceForHosts: false } : null;
      case Type.VariableDeclarator:
      case Type.AssignmentExpression:
      case Type.AssignmentPattern:
      case Type.PropertyDefinition:
      case Type.AccessorProperty:
      case Type.TSEnumMember: {
        const name = inObject ? key : nameOf(at);
        if (!inObject && displayKey.test(name ?? '')) return null;
        return {
          root: inObject || inArray ? text : at,
          isPlaceForHosts: !inArray && (!inObject || isHostKey(name ?? '')),
        };
      }
      case Type.ExportDefaultDeclaration:
      case Type.TSExportAssignment:
        return { root: inObject || inArray ? text : at, isPlaceForHosts: inObject && isHostKey(key ?? '') };
      case Type.ReturnStatement:
      case Type.ArrowFunctionExpression:
      case Type.YieldExpression:
      case Type.ForOfStatement:
        if (inObject && !isHostKey(key ?? '')) return null;
        return { root: inObject || inArray ? text : at, isPlaceForHosts: false };
      default:
        inArray ||= !inObject && at.type === Type.ArrayExpression;
        if (!passThrough.has(at.type)) return null;
    }
  }
  return null;
};

const nameOf = (node: Node): string | null => {
  if (node.type === Type.VariableDeclarator && node.id.type === Type.Identifier) return node.id.name;
  if (node.type === Type.AssignmentExpression && node.left.type === Type.MemberExpression) return writtenKey(node.left);
  return node.type === Type.PropertyDefinition ? writtenKey(node) : null;
};

/** `new URL(text)`, `Object.freeze({ … })`, `list.push(text)`: the address lives on in the result. */
const keepsAddress = (call: Call, evaluator: Evaluator): boolean => {
  const name = dottedNames(call.callee).at(-1) ?? '';
  if (call.type === Type.NewExpression) return /^(?:URL|Set|Map|Array|Request)$/.test(name);
  if (/^(?:freeze|seal|String)$/.test(name) || textMethod.test(name)) return true;
  return evaluator
    .follow(call.callee)
    .some(({ type }) => type === Type.ArrowFunctionExpression || type === Type.FunctionDeclaration);
};

/** `env.get('X', text)`, `list.push(text)`, and functions nobody knows, which are given settings: `defineConfig({ … })`. */
const isDefiningCall = (call: Call, argument: Node, evaluator: Evaluator): boolean => {
  const name = dottedNames(call.callee).at(-1) ?? '';
  if (takesFallback.test(name)) return true;
  // `map.set(key, address)` keeps it; as a key it is looked for.
  if (collects.test(name)) return name !== 'set' || call.arguments[0] !== argument;
  if (name === 'get' && call.arguments[0] !== argument) return true;
  return roleOf(call, evaluator).kind !== 'request' && !isSilent(call, evaluator);
};
