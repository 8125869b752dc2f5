import { AST_NODE_TYPES as Type } from '@typescript-eslint/types';

import type { Evaluation, Source } from './evaluation.js';
import { elementsOf } from './members.js';
import { type Text, hole, isKnown, product, union } from './text.js';

/** Methods after which an address is still the same address, as far as host and path go. */
const unchanged = new Set([
  'normalize',
  'toJSON',
  'toLocaleLowerCase',
  'toString',
  'trim',
  'trimEnd',
  'trimLeft',
  'trimRight',
  'trimStart',
  'valueOf',
]);

/** Methods whose argument is the value when there is no other: `env.get('X', fallback)`, `z.string().default(fallback)`. */
const fallbackArgument: Readonly<Record<string, number>> = {
  catch: 0,
  default: 0,
  get: 1,
  getOrElse: 0,
  prefault: 0,
  withDefault: 0,
};

type Method = (object: Source, args: readonly Source[], evaluation: Evaluation) => readonly Text[];

const numberIn = (source: Source | undefined, evaluation: Evaluation): number | undefined => {
  if (source === undefined) return undefined;
  const { node } = source;
  const negative = node.type === Type.UnaryExpression && node.operator === '-';
  const [text, ...more] = evaluation.texts(negative ? { ...source, node: node.argument } : source);
  return text !== undefined && more.length === 0 && /^\d+$/.test(text)
    ? Number(text) * (negative ? -1 : 1)
    : Number.NaN;
};

const cut =
  (method: 'slice' | 'substring'): Method =>
  (object, [from, to], evaluation) => {
    const start = numberIn(from, evaluation);
    const end = numberIn(to, evaluation);
    if (Number.isNaN(start) || Number.isNaN(end)) return [hole];
    return union(evaluation.texts(object).map((text) => (isKnown(text) ? text[method](start ?? 0, end) : hole)));
  };

/** A string pattern is replaced as at run time; a regular expression is not run, and leaves the address as it was. */
const replace =
  (method: 'replace' | 'replaceAll'): Method =>
  (object, [pattern, replacement], evaluation) => {
    const texts = evaluation.texts(object);
    if (pattern === undefined || replacement === undefined) return texts;
    const patterns = evaluation.texts(pattern).filter((text) => isKnown(text) && text !== '');
    const replacements = evaluation.texts(replacement);
    if (patterns.length === 0) return texts;
    return union(
      texts.flatMap((text) => patterns.flatMap((one) => replacements.map((by) => text[method](one, () => by)))),
    );
  };

const methods: Readonly<Record<string, Method>> = {
  concat: (object, args, evaluation) => product(...[object, ...args].map((part) => evaluation.texts(part))),
  join: (object, [separator], evaluation) => {
    const between = separator === undefined ? [','] : evaluation.texts(separator);
    const elements = elementsOf(evaluation.follow(object), evaluation).map((element) => evaluation.texts(element));
    return product(...elements.flatMap((element, index) => (index === 0 ? [element] : [between, element])));
  },
  replace: replace('replace'),
  replaceAll: replace('replaceAll'),
  slice: cut('slice'),
  substring: cut('substring'),
  toLowerCase: (object, _args, evaluation) => union(evaluation.texts(object).map((text) => text.toLowerCase())),
  toUpperCase: (object, _args, evaluation) => union(evaluation.texts(object).map((text) => text.toUpperCase())),
};

/** The strings that `object.name(…args)` may be; null when the method is not one of strings. */
export const textsOfMethod = (
  name: string,
  object: Source,
  args: readonly Source[],
  evaluation: Evaluation,
): readonly Text[] | null => {
  if (unchanged.has(name)) return evaluation.texts(object);
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method !== undefined) return method(object, args, evaluation);
  const fallback = Object.hasOwn(fallbackArgument, name) ? args[fallbackArgument[name] ?? 0] : undefined;
  return fallback === undefined ? null : union([hole], evaluation.texts(fallback));
};
