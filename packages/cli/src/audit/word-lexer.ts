import type { Language } from './language.js';
import { partsOf, type Part, type Token } from './token.js';

/** `${BASE}`, `${BASE:-…}` of shells, `${base:…}` of Spring, `$BASE`, `$(BASE)` of make, `{{ base }}` of templates. */
const holes =
  /\$\{([\w.]+)(?:(?::[-=]?|[-=])(?<fallback>[^{}\n]*)|[^\w.{}\n][^{}\n]*)?\}|\$\(([\w.]+)\)|\$(\w+)|\{\{-?\s*\.?([\w.]+)(?:[^\w.{}\n][^{}\n]*)?\}\}/g;

const space = /[^\S\n]+/y;
const bare = /(?:\\[^\n]|[^\s"'`;|&<>(){},[\]\\])+/y;
/** A quote within a word: `don't`. */
const apostrophe = /['"]/y;
const hole = /\$\{[^{}\n]*\}|\$\([\w.]+\)|\{\{[^{}\n]*\}\}/y;

/** `NAME=value`, `NAME := value`, `--url=value`. */
const assigned = /^(?:-D|-e)?([A-Za-z_][\w.-]*)(?::|\+|\?)?=/;
const named = /^@?[A-Za-z_][\w.\-/]*$/;

/**
 * Words of a shell script, of settings, of YAML: quotes join what they stand beside (`"$BASE"/path` is one word). A name
 * before `=`, `:` or after ENV is a name. Reads each character once.
 */
export const wordTokens = (source: string, language: Language): readonly Token[] => {
  const tokens: Token[] = [];
  const shell = language.name === 'shell';
  const severalLines = shell || language.name === 'YAML';
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const startsComment = (): boolean =>
    (at === 0 || /\s/.test(source[at - 1] ?? '')) && language.lineComments.some((mark) => source.startsWith(mark, at));
  const lineEnd = (): number => {
    const found = source.indexOf('\n', at);
    return found === -1 ? source.length : found;
  };
  /** What is written up to the closing quote; a quote that is never closed reaches to the end of its line. */
  const inQuotes = (quote: string): string => {
    const from = at + 1;
    let to = from;
    const closing = source.indexOf(quote, from);
    const end = lineEnd();
    // Only a shell and YAML have strings over several lines.
    if (closing === -1 || (closing > end && !severalLines)) to = end;
    else if (quote === "'") to = closing;
    else while (to < source.length && source[to] !== quote) to += source[to] === '\\' ? 2 : 1;
    at = Math.min(source.length, to + 1);
    return source.slice(from, Math.min(to, source.length));
  };
  const substitution = (before: string, offset: number): void => {
    const name = assigned.exec(before)?.[1];
    if (name !== undefined) tokens.push({ kind: 'name', offset, text: name }, { kind: 'sign', offset, text: '=' });
    tokens.push({ kind: 'text', offset, parts: [{ name: null }], quoted: false });
  };
  const word = (): void => {
    const offset = at;
    const parts: Part[] = [];
    let quoted = false;
    for (;;) {
      const character = source[at] ?? '';
      const within = parts.length > 0 && !quoted && !shell;
      if ((character === '"' || character === "'") && within) {
        parts.push(take(apostrophe) ?? '');
        at += 1;
        continue;
      }
      if (character === '"' || character === "'") {
        quoted = true;
        const text = inQuotes(character);
        parts.push(...(character === '"' ? partsOf(text.replace(/\\(["\\$`])/g, '$1'), holes) : partsOf(text, holes)));
        continue;
      }
      const filled = take(hole);
      const plain = filled ?? take(bare);
      if (plain === undefined) break;
      if (plain.endsWith('$') && source[at + plain.length] === '(') {
        // A command is run for what stands here.
        at += plain.length;
        substitution(plain.slice(0, -1), offset);
        break;
      }
      at += plain.length;
      const name = parts.length === 0 && filled === undefined ? assigned.exec(plain) : null;
      if (name?.[1] !== undefined) {
        tokens.push({ kind: 'name', offset, text: name[1] }, { kind: 'sign', offset, text: '=' });
        if (plain.length > name[0].length) parts.push(...partsOf(plain.slice(name[0].length), holes));
        continue;
      }
      parts.push(...partsOf(plain, holes));
    }
    if (parts.length > 0) tokens.push({ kind: 'text', offset, parts, quoted });
  };
  while (at < source.length) {
    const character = source[at] ?? '';
    if (character === '\n') {
      tokens.push({ kind: 'end', offset: at });
      at += 1;
    } else if (character === '\\' && /^\\\r?\n/.test(source.slice(at, at + 3))) {
      at = source.indexOf('\n', at) + 1;
    } else if (startsComment()) {
      at = lineEnd();
    } else {
      const blank = take(space);
      const before = at;
      if (blank !== undefined) at += blank.length;
      else word();
      if (at > before) continue;
      tokens.push({ kind: 'sign', offset: at, text: character });
      at += 1;
    }
  }
  tokens.push({ kind: 'end', offset: source.length });
  return withNames(tokens);
};

const textOf = (token: Token | undefined): string | null => {
  if (token?.kind !== 'text' || !token.parts.every((part) => typeof part === 'string')) return null;
  return token.parts.join('');
};

/** `key: value`, `key = value`, `ENV key value`: the key is a name. */
const withNames = (tokens: readonly Token[]): readonly Token[] => {
  const result: Token[] = [];
  for (const [index, token] of tokens.entries()) {
    const text = textOf(token);
    const previous = tokens[index - 1];
    const before = tokens[index - 2];
    const first = previous?.kind !== 'text' || textOf(previous) === '-';
    if (text === '=' || text === ':=' || text === '?=') {
      const key = textOf(previous);
      if (key !== null && named.test(key)) {
        result.splice(-1, 1, { kind: 'name', offset: previous?.offset ?? 0, text: key.replace('@', '') });
      }
      result.push({ kind: 'sign', offset: token.offset, text: '=' });
      continue;
    }
    if (text !== null && first && text.endsWith(':') && named.test(text.slice(0, -1))) {
      result.push({ kind: 'name', offset: token.offset, text: text.slice(0, -1) });
      result.push({ kind: 'sign', offset: token.offset, text: ':' });
      continue;
    }
    const docker = textOf(previous)?.toUpperCase();
    const opens = before === undefined || before.kind === 'end';
    if (
      text !== null &&
      opens &&
      (docker === 'ENV' || docker === 'ARG') &&
      named.test(text) &&
      tokens[index + 1]?.kind === 'text'
    ) {
      result.push({ kind: 'name', offset: token.offset, text }, { kind: 'sign', offset: token.offset, text: '=' });
      continue;
    }
    result.push(token);
  }
  return result;
};
