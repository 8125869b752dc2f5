import type { Language } from './language.js';
import { partsOf, type Token } from './token.js';

/** `%s`, `{}`, `{0}`: filled from a list that is not looked at. */
const anonymous = String.raw`%[sdv]|\{\d*\}`;
/** `{BASE}`, `{self.base!r}`, `{base:>10}`. */
const inPython = new RegExp(
  String.raw`\{\{|\}\}|\{\s*([\w.]+)\s*(?:![rsa])?(?::[^{}]*)?\}|\{[^{}]*\}|${anonymous}`,
  'g',
);
/** `${base}`, `$base`; `{base}` of frameworks that fill in by name. */
const inBraces = new RegExp(String.raw`[$#]\{\s*([\w.]+)\s*\}|\$(\w+)|\$?\{\s*([\w.]+)\s*\}|${anonymous}`, 'g');

const name = /[\p{L}_$][\p{L}\p{N}_$]*(?:\s*\??\.\s*[\p{L}_$][\p{L}\p{N}_$]*)*/uy;
const number = /\d[\w.]*/y;
/** A comparison is no assignment. */
const operator = /:=|[=!<>]=|=>|->/y;
/** In Rust a quote before a name is a lifetime. */
const rustCharacter = /'(?:\\[^\n]{1,10}?|[^'\\\n])'/y;
const space = /[^\S\n]+/y;
const prefix = /(?:[rbuf]|[rb]f|f[rb]|br|rb)(?=['"])/iy;

/** Strings, names and signs of a program. Comments and docstrings are left out: they are prose. Reads each character once. */
export const codeTokens = (source: string, language: Language): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  let depth = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const endOf = (mark: string, from: number): number => {
    const found = source.indexOf(mark, from);
    return found === -1 ? source.length : found;
  };
  const comment = (): boolean => {
    if (language.blockComments && source.startsWith('/*', at)) {
      at = endOf('*/', at + 2) + 2;
      return true;
    }
    if (!language.lineComments.some((mark) => source.startsWith(mark, at))) return false;
    at = endOf('\n', at);
    return true;
  };
  const string = (prefixed = ''): void => {
    const offset = at - prefixed.length;
    const quote = source[at] ?? '';
    const raw = /r/i.test(prefixed) || quote === '`';
    const triple = source.startsWith(quote.repeat(3), at) && quote !== '`';
    const from = at + (triple ? 3 : 1);
    const to = triple ? endOf(quote.repeat(3), from) : endOfString(source, from, quote);
    at = Math.min(source.length, to + (triple ? 3 : 1));
    const written = source.slice(from, to);
    const parts = partsOf(raw ? written : unescaped(written), language.python ? inPython : inBraces);
    tokens.push({ kind: 'text', offset, parts, quoted: true });
  };
  while (at < source.length) {
    const character = source[at] ?? '';
    if (character === '\n') {
      if (depth === 0) tokens.push({ kind: 'end', offset: at });
      at += 1;
      continue;
    }
    const blank = take(space);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    if (character === '\\' && /^\\\r?\n/.test(source.slice(at, at + 3))) {
      at = endOf('\n', at) + 1;
      continue;
    }
    if (comment()) continue;
    const prefixed = language.python ? take(prefix) : undefined;
    if (prefixed !== undefined) {
      at += prefixed.length;
      string(prefixed);
      continue;
    }
    if (character === "'" && language.name === 'Rust' && take(rustCharacter) === undefined) {
      at += 1; // a lifetime
      continue;
    }
    if (character === '"' || character === "'" || (character === '`' && !language.python)) {
      string();
      continue;
    }
    const word = take(name);
    if (word !== undefined) {
      tokens.push({ kind: 'name', offset: at, text: word.replace(/\s|\?/g, '') });
      at += word.length;
      continue;
    }
    const figure = take(number);
    if (figure !== undefined) {
      at += figure.length;
      continue;
    }
    const sign = take(operator) ?? character;
    // Braces of other languages hold statements, each with an end of its own.
    const [opening, closing] = language.python ? ['([{', ')]}'] : ['([', ')]'];
    if (opening.includes(sign)) depth += 1;
    if (closing.includes(sign)) depth = Math.max(0, depth - 1);
    tokens.push({ kind: 'sign', offset: at, text: sign });
    at += sign.length;
    if (!language.python && '{};'.includes(sign)) tokens.push({ kind: 'end', offset: at });
  }
  tokens.push({ kind: 'end', offset: source.length });
  return language.python ? withoutDocstrings(tokens) : tokens;
};

/** Where a string ends that does not reach over its line. */
const endOfString = (source: string, from: number, quote: string): number => {
  for (let at = from; at < source.length; at += 1) {
    const character = source[at];
    if (character === quote) return at;
    if (character === '\n' && quote !== '`') return at;
    if (character === '\\' && quote !== '`') at += 1;
  }
  return source.length;
};

const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r?\n)|(.))/g, (_all, unit, byte, line, other) =>
        line !== undefined
          ? ''
          : unit !== undefined || byte !== undefined
            ? String.fromCharCode(parseInt(String(unit ?? byte), 16))
            : String(other),
      )
    : text;

/** A string that is a statement of its own is there for people. */
const withoutDocstrings = (tokens: readonly Token[]): readonly Token[] =>
  tokens.filter((token, index) => {
    if (token.kind !== 'text') return true;
    const before = tokens[index - 1]?.kind ?? 'end';
    return before !== 'end' || tokens[index + 1]?.kind !== 'end';
  });
