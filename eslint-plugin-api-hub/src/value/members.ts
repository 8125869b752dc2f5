import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import { type ClassNode, type Node, dottedNames, isClass, ownerOfThis, writtenKey } from '../ast/tree.js';
import type { Evaluation, Frame, Source } from './evaluation.js';
import { isKnown } from './text.js';

/** What `object.key` or `object[key]` may be; an unknown key stands for every member. */
export const membersOf = (
  objects: readonly Source[],
  member: TSESTree.MemberExpression,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Source[] => {
  const written = writtenKey(member);
  // Chosen by a value: the other members are there to be chosen another time, so they are looked at as well.
  if (written === null) for (const other of membersNamed(objects, null, evaluation)) evaluation.follow(other);
  const keys = written === null ? evaluation.texts({ node: member.property, frame }) : [written];
  const members = keys.every(isKnown)
    ? keys.flatMap((key) => membersNamed(objects, key, evaluation))
    : membersNamed(objects, null, evaluation);
  return [...members, ...assignedLater(member.object, written, frame, evaluation)];
};

export const membersNamed = (
  objects: readonly Source[],
  key: string | null,
  evaluation: Evaluation,
): readonly Source[] => objects.flatMap((object) => membersOfOne(object, key, evaluation));

const membersOfOne = ({ node, frame }: Source, key: string | null, evaluation: Evaluation): readonly Source[] => {
  switch (node.type) {
    case Type.ObjectExpression:
      return ofObject(node, key, frame, evaluation);
    case Type.ArrayExpression:
      return ofArray(node, key, frame);
    case Type.Program:
      return ofProgram(node, key, evaluation);
    case Type.TSEnumDeclaration:
      return node.body.members.flatMap((one) =>
        one.initializer !== undefined && (key === null || writtenKey(one) === key)
          ? [{ node: one.initializer, frame }]
          : [],
      );
    case Type.ClassDeclaration:
    case Type.ClassExpression:
      return ofClass(node, key, true, frame, evaluation);
    case Type.ThisExpression: {
      const owner = ownerOfThis(node);
      if (owner === null) return [];
      if (!isClass(owner)) return ofObject(owner, key, frame, evaluation);
      return [...ofClass(owner, key, false, frame, evaluation), ...ofClass(owner, key, true, frame, evaluation)];
    }
    case Type.NewExpression:
      return evaluation
        .follow({ node: node.callee, frame })
        .flatMap((made) => (isClass(made.node) ? ofClass(made.node, key, false, made.frame, evaluation) : []));
    default:
      return [];
  }
};

/** A file that was imported as one object. */
const ofProgram = (program: TSESTree.Program, key: string | null, evaluation: Evaluation): readonly Source[] => {
  const { graph } = evaluation;
  if (graph === null) return [];
  const sources = (nodes: readonly Node[]): readonly Source[] => nodes.map((node) => ({ node, frame: null }));
  const whole = sources(graph.whole(program)).flatMap((value) => evaluation.follow(value));
  return [...sources(graph.members(program, key)), ...membersNamed(whole, key, evaluation)];
};

const getterReturns = (fn: Node, frame: Frame | null, evaluation: Evaluation): readonly Source[] =>
  fn.type === Type.FunctionExpression ? evaluation.file.returnsOf(fn).map((node) => ({ node, frame })) : [];

const ofObject = (
  object: TSESTree.ObjectExpression,
  key: string | null,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Source[] =>
  object.properties.flatMap((property) => {
    if (property.type === Type.SpreadElement) {
      return membersNamed(evaluation.follow({ node: property.argument, frame }), key, evaluation);
    }
    const own = writtenKey(property);
    if (key !== null && own !== key && !(own === null && mayBeKey(property.key, key, frame, evaluation))) return [];
    if (property.kind === 'get') return getterReturns(property.value, frame, evaluation);
    return [{ node: property.value, frame }];
  });

/** `{ [computed]: value }` */
const mayBeKey = (node: Node, key: string, frame: Frame | null, evaluation: Evaluation): boolean =>
  evaluation.texts({ node, frame }).some((text) => text === key || !isKnown(text));

const ofArray = (array: TSESTree.ArrayExpression, key: string | null, frame: Frame | null): readonly Source[] => {
  const chosen = key === null ? array.elements : /^\d+$/.test(key) ? [array.elements[Number(key)]] : [];
  return chosen.flatMap((node) => (node === null || node === undefined ? [] : [{ node, frame }]));
};

/** Members of the class itself (`isStatic`) or of its instances: fields, getters, methods, `this.key = …`, its parent's. */
const ofClass = (
  owner: ClassNode,
  key: string | null,
  isStatic: boolean,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Source[] => {
  const own = owner.body.body.flatMap((member) => ofClassMember(member, key, isStatic, frame, evaluation));
  const assigned = isStatic || key === null ? [] : evaluation.file.assignedToThis(owner, key);
  const found = [...own, ...assigned.map((node) => ({ node, frame }))];
  if (found.length > 0 || owner.superClass === null) return found;
  return evaluation
    .follow({ node: owner.superClass, frame })
    .flatMap((parent) => (isClass(parent.node) ? ofClass(parent.node, key, isStatic, parent.frame, evaluation) : []));
};

const ofClassMember = (
  member: TSESTree.ClassElement,
  key: string | null,
  isStatic: boolean,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Source[] => {
  if (member.type === Type.MethodDefinition && member.kind === 'constructor') {
    return isStatic ? [] : parameterProperties(member.value, key, frame);
  }
  if (
    member.type !== Type.PropertyDefinition &&
    member.type !== Type.AccessorProperty &&
    member.type !== Type.MethodDefinition
  ) {
    return [];
  }
  if (member.static !== isStatic || member.value === null || (key !== null && writtenKey(member) !== key)) return [];
  if (member.type === Type.MethodDefinition && member.kind === 'get') {
    return getterReturns(member.value, frame, evaluation);
  }
  return [{ node: member.value, frame }];
};

/** `constructor(private readonly base = 'https://…')` */
const parameterProperties = (
  constructor: { readonly params: readonly Node[] },
  key: string | null,
  frame: Frame | null,
): readonly Source[] =>
  constructor.params.flatMap((parameter) => {
    if (parameter.type !== Type.TSParameterProperty || parameter.parameter.type !== Type.AssignmentPattern) return [];
    const { left, right } = parameter.parameter;
    const fits = key === null || left.name === key;
    return fits ? [{ node: right, frame }] : [];
  });

/** `config.base = …` somewhere below `const config = {}`, and `headers.set('tr_id', …)`. */
export const assignedLater = (
  object: Node,
  key: string | null,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Source[] => {
  if (object.type !== Type.Identifier || key === null) return [];
  const references = evaluation.file.variableOf(object)?.references ?? [];
  return references.flatMap(({ identifier }) => {
    const member = identifier.parent;
    if (member.type !== Type.MemberExpression || member.object !== identifier) return [];
    const value = writtenKey(member) === key ? assignedTo(member) : setBy(member, key);
    return value === undefined ? [] : [{ node: value, frame }];
  });
};

const assignedTo = (member: TSESTree.MemberExpression): Node | undefined => {
  const { parent } = member;
  return parent.type === Type.AssignmentExpression && parent.left === member ? parent.right : undefined;
};

/** The value of `object.set(key, value)`, `object.append(key, value)`. */
const setBy = (member: TSESTree.MemberExpression, key: string): Node | undefined => {
  const { parent } = member;
  if (
    parent.type !== Type.CallExpression ||
    parent.callee !== member ||
    !/^(?:append|set)$/.test(writtenKey(member) ?? '')
  ) {
    return undefined;
  }
  const [name, value] = parent.arguments;
  return name?.type === Type.Literal && name.value === key ? value : undefined;
};

/** The elements of an array, of `Object.values(object)`, of a Set. */
export const elementsOf = (lists: readonly Source[], evaluation: Evaluation): readonly Source[] =>
  lists.flatMap(({ node, frame }) => {
    if (node.type === Type.ArrayExpression) {
      return node.elements.flatMap((element) => {
        if (element === null) return [];
        if (element.type !== Type.SpreadElement) return [{ node: element, frame }];
        return elementsOf(evaluation.follow({ node: element.argument, frame }), evaluation);
      });
    }
    const first = node.type === Type.CallExpression || node.type === Type.NewExpression ? node.arguments[0] : undefined;
    if (first === undefined) return [];
    const inner = evaluation.follow({ node: first, frame });
    const maker = dottedNames((node as TSESTree.CallExpression).callee).join('.');
    if (maker === 'Object.values') return membersNamed(inner, null, evaluation);
    return maker === 'Set' || maker === 'Array.from' ? elementsOf(inner, evaluation) : [];
  });
