import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import { type Node, bare, dottedNames } from '../ast/tree.js';
import { brokerHosts } from '../evidence/hosts.js';
import type { Evaluator } from '../value/evaluator.js';
import { hole } from '../value/text.js';
import { onlyUse } from './constant.js';
import type { Edit } from './edit.js';

/** An address as it is written: text, and expressions between. */
export type Piece = { readonly text: string } | { readonly node: Node };

export interface Written {
  readonly pieces: readonly Piece[];
  readonly edits: readonly Edit[];
}

const together = (...parts: readonly Written[]): Written => ({
  pieces: parts.flatMap(({ pieces }) => pieces),
  edits: parts.flatMap(({ edits }) => edits),
});

const text = (written: string): Written => ({ pieces: [{ text: written }], edits: [] });

/** Constants that are used here alone are taken apart as well. */
export const piecesOf = (node: Node, evaluator: Evaluator): Written => {
  switch (node.type) {
    case Type.TSAsExpression:
    case Type.TSNonNullExpression:
      return piecesOf(node.expression, evaluator);
    case Type.Literal:
      return text(String(node.value));
    case Type.TemplateLiteral:
      return together(
        ...node.quasis.flatMap((quasi, index) => {
          const expression = node.expressions[index];
          const own = text(quasi.value.cooked ?? quasi.value.raw);
          return expression === undefined ? [own] : [own, piecesOf(expression, evaluator)];
        }),
      );
    case Type.BinaryExpression:
      if (node.operator !== '+') break;
      return together(piecesOf(node.left, evaluator), piecesOf(node.right, evaluator));
    case Type.Identifier: {
      const constant = onlyUse(node, evaluator.file);
      const value = constant?.node.type;
      if (constant === null || (value !== Type.TemplateLiteral && value !== Type.BinaryExpression)) break;
      return together({ pieces: [], edits: constant.edits }, piecesOf(constant.node, evaluator));
    }
    default:
      break;
  }
  return { pieces: [{ node }], edits: [] };
};

const textMethod = /^(?:normalize|replace|replaceAll|slice|substring|toLowerCase|toString|trim|trimEnd|trimStart)$/;

/** What stands before the query is made of strings alone: a URL or a Request may carry what its text does not show. */
export const isPlainAddress = (pieces: readonly Piece[], evaluator: Evaluator): boolean => {
  const query = pieces.findIndex((piece) => 'text' in piece && piece.text.includes('?'));
  const before = query < 0 ? pieces : pieces.slice(0, query);
  return before.every((piece) => 'text' in piece || isPlain(piece.node, evaluator));
};

const isPlain = (node: Node, evaluator: Evaluator, depth = 0): boolean =>
  depth < 20 &&
  evaluator.follow(node).every((value): boolean => {
    const inner = (part: Node): boolean => isPlain(part, evaluator, depth + 1);
    switch (value.type) {
      case Type.Literal:
      case Type.Identifier: // nobody knows these
      case Type.MemberExpression:
      case Type.Program:
        return true;
      case Type.TemplateLiteral:
        return value.expressions.every(inner);
      case Type.BinaryExpression:
        return inner(value.left) && inner(value.right);
      case Type.CallExpression: {
        const callee = bare(value.callee);
        if (callee.type === Type.MemberExpression && textMethod.test(dottedNames(callee).at(-1) ?? '')) {
          return inner(callee.object);
        }
        return evaluator.texts(value).texts.every((one) => one === hole);
      }
      default:
        return false;
    }
  });

const restHosts = brokerHosts.filter(({ use }) => use === 'rest').map(({ host }) => host.replaceAll('.', '[.]'));
const toBroker = new RegExp(`^(?:\\0|https?://(?:${restHosts.join('|')})(?::\\d+)?)?(/[^\\0?#]+)(?:[?].*)?$`, 's');
const absolute = new RegExp(`^(?:\\0|https?:)`);

/** The one path that an address leads to at a broker, whichever host is chosen; null when that is not certain. */
export const pathOf = (texts: readonly string[]): string | null => {
  const whole = texts.filter((one) => absolute.test(one));
  const paths = new Set((whole.length > 0 ? whole : texts).map((one) => toBroker.exec(one)?.[1] ?? null));
  const [path = null, ...others] = paths;
  return others.length > 0 ? null : path;
};
