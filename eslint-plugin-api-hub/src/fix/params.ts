import { AST_NODE_TYPES as Type, type TSESTree } from '@typescript-eslint/types';

import { identityOf } from '../ast/module.js';
import { type Node, bare, dottedNames, writtenKey } from '../ast/tree.js';
import type { FileIndex } from '../ast/file-index.js';
import type { Piece } from './address.js';
import { written } from './constant.js';
import type { Edit } from './edit.js';

export interface Param {
  readonly name: string;
  /** As source text. */
  readonly value: string;
}

export interface Params {
  readonly params: readonly Param[];
  readonly edits: readonly Edit[];
}

export const noParams: Params = { params: [], edits: [] };

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;

/** Operators that bind less than a property value needs are none; only a comma list has to keep its brackets. */
const valueText = (node: Node, file: FileIndex): string => {
  if (node.type === Type.Literal && (typeof node.value === 'number' || typeof node.value === 'boolean')) {
    return quoted(String(node.value));
  }
  return node.type === Type.SequenceExpression ? `(${file.sourceCode.getText(node)})` : file.sourceCode.getText(node);
};

/** `{ A: 'J', B: code }`, or a constant that is one and is used here alone. null: it may have other keys. */
export const paramsInObject = (node: Node, file: FileIndex): Params | null => {
  const place = written(unwrapped(node), file);
  const object = place === null ? null : unwrapped(place.node);
  if (place === null || object?.type !== Type.ObjectExpression) return null;
  const params: Param[] = [];
  for (const property of object.properties) {
    if (property.type !== Type.Property || property.kind !== 'init' || property.method) return null;
    const name = property.computed ? null : writtenKey(property);
    if (name === null) return null;
    params.push({ name, value: valueText(property.value, file) });
  }
  return { params, edits: place.edits };
};

const unwrapped = (node: Node): Node =>
  node.type === Type.TSAsExpression || node.type === Type.TSSatisfiesExpression ? unwrapped(node.expression) : node;

const makesQuery = (call: TSESTree.CallExpression, file: FileIndex): boolean => {
  const identity = identityOf(call.callee, file);
  return identity?.names.at(-1) === 'stringify' && /^(?:qs|query-?string|querystring)$/.test(identity.module ?? '');
};

/** `new URLSearchParams({ … })`, its `toString()`, `querystring.stringify({ … })`, or a constant that is one of them. */
const paramsInQuery = (node: Node, file: FileIndex): Params | null => {
  const place = written(node, file);
  if (place === null) return null;
  const { node: value } = place;
  const [first] = value.type === Type.CallExpression || value.type === Type.NewExpression ? value.arguments : [];
  const with_ = (found: Params | null): Params | null =>
    found === null ? null : { ...found, edits: [...place.edits, ...found.edits] };
  if (value.type === Type.NewExpression) {
    const isQuery = dottedNames(value.callee).join('.') === 'URLSearchParams';
    return isQuery && first !== undefined ? with_(paramsInObject(first, file)) : null;
  }
  if (value.type !== Type.CallExpression) return null;
  const callee = bare(value.callee);
  if (callee.type === Type.MemberExpression && writtenKey(callee) === 'toString' && first === undefined) {
    return with_(paramsInQuery(callee.object, file));
  }
  if (first === undefined) return null;
  if (callee.type === Type.Identifier && callee.name === 'String') return with_(paramsInQuery(first, file));
  return makesQuery(value, file) ? with_(paramsInObject(first, file)) : null;
};

/** What is behind the first `?` of an address; null when it has parts that are no parameters. */
export const paramsInAddress = (pieces: readonly Piece[], file: FileIndex): Params | null => {
  const start = pieces.findIndex((piece) => 'text' in piece && piece.text.includes('?'));
  if (start < 0) return noParams;
  const [head, ...rest] = pieces.slice(start);
  if (head === undefined || !('text' in head)) return null;
  const query: readonly Piece[] = [{ text: head.text.slice(head.text.indexOf('?') + 1) }, ...rest];
  const found = segmentsOf(query).map((segment) => paramsOfSegment(segment, file));
  if (found.some((one) => one === null)) return null;
  const known = found.filter((one) => one !== null);
  return { params: known.flatMap(({ params }) => params), edits: known.flatMap(({ edits }) => edits) };
};

/** Split at every `&` that is written. */
const segmentsOf = (query: readonly Piece[]): readonly (readonly Piece[])[] => {
  const segments: Piece[][] = [[]];
  for (const piece of query) {
    if (!('text' in piece)) {
      segments.at(-1)?.push(piece);
      continue;
    }
    piece.text.split('&').forEach((text, index) => {
      if (index > 0) segments.push([]);
      if (text !== '') segments.at(-1)?.push({ text });
    });
  }
  return segments.filter((segment) => segment.length > 0);
};

const paramsOfSegment = ([first, ...more]: readonly Piece[], file: FileIndex): Params | null => {
  if (first === undefined) return noParams;
  if (!('text' in first)) return more.length > 0 ? null : paramsInQuery(first.node, file);
  const at = first.text.indexOf('=');
  if (at < 1 || /[#%]/.test(first.text.slice(0, at))) return null;
  const value = valueOf([{ text: first.text.slice(at + 1) }, ...more], file);
  return value === null ? null : { params: [{ name: first.text.slice(0, at), value }], edits: [] };
};

const decoded = (text: string): string | null => {
  try {
    return text.includes('#') ? null : decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
};

const inTemplate = (text: string): string => text.replace(/[\\`]|\$(?=\{)/g, '\\$&');

const valueOf = (pieces: readonly Piece[], file: FileIndex): string | null => {
  const filled = pieces.filter((piece) => !('text' in piece) || piece.text !== '');
  const [only] = filled;
  if (only === undefined) return "''";
  const parts: string[] = [];
  for (const piece of filled) {
    const text = 'text' in piece ? decoded(piece.text) : '';
    if (text === null) return null;
    if (filled.length === 1) return 'text' in piece ? quoted(text) : asString(piece.node, file);
    parts.push('text' in piece ? inTemplate(text) : `\${${file.sourceCode.getText(unencoded(piece.node))}}`);
  }
  return `\`${parts.join('')}\``;
};

/** The hub encodes by itself. */
const unencoded = (node: Node): Node =>
  node.type === Type.CallExpression && dottedNames(node.callee).join('.') === 'encodeURIComponent'
    ? (node.arguments[0] ?? node)
    : node;

const makesString = /^(?:String|join|padEnd|padStart|replace|replaceAll|slice|toISOString|toString|toUpperCase|trim)$/;

/** What an address made a string of by itself; the hub takes strings only. */
const asString = (node: Node, file: FileIndex): string => {
  const at = unencoded(node);
  const text = file.sourceCode.getText(at);
  if (at.type === Type.TemplateLiteral || (at.type === Type.Literal && typeof at.value === 'string')) return text;
  if (at.type === Type.CallExpression && makesString.test(dottedNames(at.callee).at(-1) ?? '')) return text;
  if (at.type === Type.Identifier) {
    const name = file.variableOf(at)?.defs[0]?.name;
    const annotation = name?.type === Type.Identifier ? name.typeAnnotation?.typeAnnotation.type : undefined;
    if (annotation === Type.TSStringKeyword) return text;
  }
  return `String(${text})`;
};
