import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';
import type { Scope } from '@typescript-eslint/utils/ts-eslint';

import { type FunctionNode, type Node, bare, contains, isFunction, writtenKey } from '../ast/tree.js';
import type { Evaluation, Frame, Source } from './evaluation.js';
import { elementsOf, membersNamed } from './members.js';

type Definition = Scope.Definition;

/**
 * Everything that is ever written into a variable. A name that is written more than once may be any of it: the rule
 * asks which strings are possible, not in which order they come.
 */
export const sourcesOfName = (
  name: TSESTree.Identifier,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Source[] => {
  const variable = evaluation.file.variableOf(name);
  if (variable === null) return [];
  return [
    ...variable.defs.flatMap((definition) => fromDefinition(definition, frame, evaluation)),
    ...variable.references.flatMap((reference) => fromWrite(reference, frame)),
  ];
};

const fromDefinition = (definition: Definition, frame: Frame | null, evaluation: Evaluation): readonly Source[] => {
  const { node, name } = definition;
  switch (node.type) {
    case Type.VariableDeclarator:
      return throughPattern(node.id, declared(node, frame, evaluation), name, evaluation);
    case Type.FunctionDeclaration:
    case Type.FunctionExpression:
    case Type.ArrowFunctionExpression:
      return node.id === name ? [{ node, frame }] : fromParameter(node, name, frame, evaluation);
    case Type.ClassDeclaration:
    case Type.ClassExpression:
    case Type.TSEnumDeclaration:
      return [{ node, frame }];
    case Type.ImportSpecifier:
    case Type.ImportDefaultSpecifier:
    case Type.ImportNamespaceSpecifier:
      return fromImport(node, evaluation);
    default:
      return [];
  }
};

const declared = (
  node: TSESTree.VariableDeclarator,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Source[] => {
  if (node.init !== null) return [{ node: node.init, frame }];
  const loop = node.parent.parent;
  if (loop.type !== Type.ForOfStatement) return [];
  return elementsOf(evaluation.follow({ node: loop.right, frame }), evaluation);
};

const fromWrite = (reference: Scope.Reference, frame: Frame | null): readonly Source[] => {
  if (!reference.isWrite() || reference.init === true) return [];
  const { parent } = reference.identifier;
  if (parent.type !== Type.AssignmentExpression || parent.left !== reference.identifier) return [];
  return [{ node: parent.operator === '+=' ? parent : parent.right, frame }];
};

const fromImport = (node: TSESTree.ImportClause, evaluation: Evaluation): readonly Source[] => {
  const module = node.parent.type === Type.ImportDeclaration ? node.parent.source.value : '';
  const sources = (name: string): readonly Source[] =>
    (evaluation.graph?.imported(node, module, name) ?? []).map((found) => ({ node: found, frame: null }));
  if (node.type === Type.ImportDefaultSpecifier) return sources('default');
  if (node.type === Type.ImportNamespaceSpecifier) return sources('*');
  const name = node.imported.type === Type.Identifier ? node.imported.name : node.imported.value;
  const found = sources(name);
  return found.length > 0 ? found : membersNamed(sources('*'), name, evaluation);
};

/** The argument of the call that is being evaluated, the default value, or the elements that a callback is given. */
const fromParameter = (
  fn: FunctionNode,
  name: Node,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Source[] => {
  const index = fn.params.findIndex((parameter) => contains(parameter, name));
  let parameter: Node | undefined = fn.params[index];
  if (parameter === undefined) return [];
  if (parameter.type === Type.TSParameterProperty) parameter = parameter.parameter;
  let call = frame;
  while (call !== null && call.fn !== fn) call = call.outer;
  const argument = call?.args[index];
  const given =
    argument !== undefined && argument.type !== Type.SpreadElement
      ? [{ node: argument, frame: call?.outer ?? null }]
      : [...elementsForCallback(fn, index, frame, evaluation), ...ofAnnotation(name, evaluation), evaluation.unknown];
  return throughPattern(parameter, given, name, evaluation);
};

/** `(host: Host)` with an enum of this file: any of its members. */
const ofAnnotation = (name: Node, evaluation: Evaluation): readonly Source[] => {
  const type = name.type === Type.Identifier ? name.typeAnnotation?.typeAnnotation : undefined;
  if (type?.type !== Type.TSTypeReference || type.typeName.type !== Type.Identifier) return [];
  const declared = evaluation.file.variableOf(type.typeName)?.defs[0]?.node;
  if (declared?.type !== Type.TSEnumDeclaration) return [];
  return membersNamed([{ node: declared, frame: null }], null, evaluation);
};

const callbackMethods = new Set(['every', 'filter', 'find', 'flatMap', 'forEach', 'map', 'some']);

const elementsForCallback = (
  fn: FunctionNode,
  index: number,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Source[] => {
  const { parent } = fn;
  if (index !== 0 || parent.type !== Type.CallExpression || parent.arguments[0] !== fn) return [];
  const callee = bare(parent.callee);
  if (callee.type !== Type.MemberExpression || !callbackMethods.has(writtenKey(callee) ?? '')) return [];
  return elementsOf(evaluation.follow({ node: callee.object, frame }), evaluation);
};

/** What a name inside a destructuring pattern is given when the pattern is given `values`. */
const throughPattern = (
  pattern: Node,
  values: readonly Source[],
  name: Node,
  evaluation: Evaluation,
): readonly Source[] => {
  const followed = (): readonly Source[] => values.flatMap((value) => evaluation.follow(value));
  switch (pattern.type) {
    case Type.AssignmentPattern:
      return throughPattern(pattern.left, [...values, { node: pattern.right, frame: null }], name, evaluation);
    case Type.ObjectPattern: {
      const property = pattern.properties.find((one) => contains(one, name));
      if (property === undefined) return [];
      if (property.type === Type.RestElement) return values;
      return throughPattern(
        property.value,
        membersNamed(followed(), writtenKey(property), evaluation),
        name,
        evaluation,
      );
    }
    case Type.ArrayPattern: {
      const index = pattern.elements.findIndex((one) => one !== null && contains(one, name));
      const element = pattern.elements[index];
      if (element === null || element === undefined || element.type === Type.RestElement) return [];
      return throughPattern(element, membersNamed(followed(), String(index), evaluation), name, evaluation);
    }
    default:
      return pattern === name || !isFunction(pattern) ? values : [];
  }
};
