import { Buffer } from 'node:buffer';

import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import { type Call, bare, dottedNames } from '../ast/tree.js';
import type { Evaluation, Frame } from './evaluation.js';
import { type Text, hole, isKnown, product, union } from './text.js';

const encodings = { base64: 'base64', base64url: 'base64url', hex: 'hex' } as const;

const decode = (texts: readonly Text[], encoding: (typeof encodings)[keyof typeof encodings]): readonly Text[] =>
  union(texts.map((text) => (isKnown(text) ? Buffer.from(text, encoding).toString('utf8') : hole)));

/** `atob(text)`, `Buffer.from(text, 'base64').toString()`, `String.fromCharCode(…)`; null for every other call. */
export const decodedBy = (
  node: TSESTree.CallExpression,
  frame: Frame | null,
  evaluation: Evaluation,
): readonly Text[] | null => {
  const names = dottedNames(node.callee)
    .join('.')
    .replace(/^(?:globalThis|window)\./, '');
  const [first] = node.arguments;
  if (first === undefined && !names.endsWith('.toString')) return null;
  if (names === 'atob' && first !== undefined) return decode(evaluation.texts({ node: first, frame }), 'base64');
  if (names === 'String.fromCharCode' || names === 'String.fromCodePoint') {
    return product(...node.arguments.map((code) => characters(evaluation.texts({ node: code, frame }))));
  }
  const callee = bare(node.callee);
  if (!names.endsWith('Buffer.from().toString') || callee.type !== Type.MemberExpression) return null;
  const made = bare(callee.object);
  if (made.type !== Type.CallExpression) return null;
  const [text, encoding] = made.arguments;
  const named = encoding?.type === Type.Literal ? String(encoding.value).toLowerCase() : '';
  if (text === undefined || !Object.hasOwn(encodings, named)) return null;
  return decode(evaluation.texts({ node: text, frame }), encodings[named as keyof typeof encodings]); // it has it: see above
};

const characters = (codes: readonly Text[]): readonly Text[] =>
  codes.map((code) =>
    /^\d{1,7}$/.test(code) && Number(code) <= 0x10_ffff ? String.fromCodePoint(Number(code)) : hole,
  );

/** Calls whose result hides what is written in the file: their values have to be computed to be seen. */
export const decodes = (call: Call): boolean =>
  /(?:^|\.)(?:atob|fromCharCode|fromCodePoint|from\(\)\.toString)$/.test(dottedNames(call.callee).join('.'));
