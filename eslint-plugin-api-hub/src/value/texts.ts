import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import { type Node, bare, dottedNames, writtenKey } from '../ast/tree.js';
import type { Evaluation, Frame, Source } from './evaluation.js';
import { textsOfMethod } from './string-method.js';
import { type Text, hole, product, union } from './text.js';
import { decodedBy } from './decoding.js';
import { joinUrl, urlPart } from './url.js';

const unknown: readonly Text[] = [hole];

/** The strings of one expression that follow() ends at. */
export const textsOfValue = ({ node, frame }: Source, evaluation: Evaluation): readonly Text[] => {
  const texts = (part: Node): readonly Text[] => evaluation.texts({ node: part, frame });
  switch (node.type) {
    case Type.Literal:
      return ['string', 'number', 'bigint'].includes(typeof node.value) ? [String(node.value)] : unknown;
    case Type.TemplateLiteral:
      return ofTemplate(node, texts);
    case Type.TaggedTemplateExpression:
      return dottedNames(node.tag).join('.') === 'String.raw' ? ofTemplate(node.quasi, texts) : unknown;
    case Type.BinaryExpression:
      return node.operator === '+' ? product(texts(node.left), texts(node.right)) : unknown;
    case Type.AssignmentExpression: // follow() ends at `+=` alone: what stood there before is a possibility of its own
      return product(unknown, texts(node.right));
    case Type.MemberExpression:
      return ofUrlMember(node, frame, evaluation);
    case Type.CallExpression:
      return ofCall(node, frame, evaluation);
    case Type.NewExpression:
      return ofNew(node, texts);
    default:
      return unknown;
  }
};

const ofTemplate = (node: TSESTree.TemplateLiteral, texts: (part: Node) => readonly Text[]): readonly Text[] =>
  product(
    ...node.quasis.flatMap((quasi, index) => {
      const expression = node.expressions[index];
      const written = [quasi.value.cooked ?? quasi.value.raw];
      return expression === undefined ? [written] : [written, texts(expression)];
    }),
  );

const ofNew = (node: TSESTree.NewExpression, texts: (part: Node) => readonly Text[]): readonly Text[] => {
  const [first, second] = node.arguments;
  const name = dottedNames(node.callee).at(-1);
  if (first === undefined) return unknown;
  if (name === 'URL') return second === undefined ? texts(first) : joinUrl(texts(second), texts(first));
  return name === 'Request' || name === 'String' ? texts(first) : unknown;
};

/** `url.href`, `url.host` … of a `new URL(…)`; with what is written to `url.host` or `url.pathname` later. */
const ofUrlMember = (node: TSESTree.MemberExpression, frame: Frame | null, evaluation: Evaluation): readonly Text[] => {
  const key = writtenKey(node) ?? '';
  const urls = evaluation.follow({ node: node.object, frame }).filter(isUrl);
  return union(unknown, ...urls.map((url) => urlPart(evaluation.texts(url), key)));
};

export const isUrl = ({ node }: Source): boolean =>
  node.type === Type.NewExpression && ['URL', 'Request'].includes(dottedNames(node.callee).at(-1) ?? '');

const conversions = new Set(['String', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent']);

/** Functions of other files that make one address out of their arguments. */
const builderName = /url|uri|endpoint|address|href|path|query|join|resolve|slash|trim|strip|normali[sz]e/i;

const ofCall = (node: TSESTree.CallExpression, frame: Frame | null, evaluation: Evaluation): readonly Text[] => {
  const callee = bare(node.callee);
  const args = node.arguments.map((argument) => ({ node: argument, frame }));
  const [first] = args;
  const name = dottedNames(callee).at(-1) ?? '';
  if (callee.type === Type.Identifier && conversions.has(name)) {
    return first === undefined ? unknown : evaluation.texts(first);
  }
  const decoded = decodedBy(node, frame, evaluation);
  if (decoded !== null) return decoded;
  if (callee.type === Type.MemberExpression) {
    const texts = textsOfMethod(name, { node: callee.object, frame }, args, evaluation);
    if (texts !== null) return texts;
  }
  if (!builderName.test(name)) return unknown;
  const parts = args.map((argument) => evaluation.texts(argument).filter((text) => text !== hole));
  const known = parts.filter((part) => part.length > 0);
  return known.length === 0 ? unknown : product(unknown, known.reduce<readonly Text[]>(joinUrl, ['']), unknown);
};
