import type { Language } from './language.js';
import type { Part, Token } from './token.js';

/** What is written in one place and makes one value: a string, names, or several of them put together. */
export interface Expression {
  readonly offset: number;
  readonly parts: readonly Part[];
  /** Whether something of it is written here: names alone say what somebody else wrote. */
  readonly written: boolean;
  /** Under which name it is kept: `BASE = …`, `"url": …`, `base_url=…`. */
  readonly key: string | null;
  /** What the statement around it gives a value to: `URLS = {…}`. */
  readonly owner: string | null;
  /** What it is given to: `requests.get`, `curl`. */
  readonly callee: string | null;
  /** Statements are counted; what stands in one belongs together. */
  readonly statement: number;
  /** A handler's own address, an annotation: `@app.get("/…")`. */
  readonly decorated: boolean;
  /** `url == "…"`, `"…" in url`: sends nothing. */
  readonly compared: boolean;
  /** `- host: …`: of a list of rules, hosts, endpoints. */
  readonly listed: boolean;
}

export const expressionsOf = (tokens: readonly Token[], language: Language): readonly Expression[] =>
  language.family === 'code' ? ofCode(tokens, language) : ofWords(tokens, language);

const isSign = (token: Token | undefined, ...texts: readonly string[]): boolean =>
  token?.kind === 'sign' && texts.includes(token.text);

const types = new Set(['string', 'String', 'str', 'final', 'const', 'static', 'var', 'val', 'let', 'char', 'auto']);

/** Words that brackets may follow, and that call nothing. */
const keywords = new Set(
  'and as case const del elif else for if import in is lambda not or return switch type val when while with yield'.split(
    ' ',
  ),
);

/** What makes another text of a text: `TEMPLATE.format(…)`. */
const ofText =
  /\w\.(?:format|strip|rstrip|lstrip|lower|replace|removesuffix|removeprefix|trim|trimEnd|toString|formatted)$/;

/** `"…" in url`, `"…" not in url`: a name behind a string is a word of the language. */
const isIn = (token: Token | undefined): boolean =>
  token?.kind === 'name' && (token.text === 'in' || token.text === 'not');

/** More parts than these are no address. */
const mostParts = 64;

/** Data holds many strings, and an address has a dot or a slash. */
const mayMatter = ({ parts, data }: { readonly parts: readonly Part[]; readonly data: boolean }): boolean =>
  !data || parts.length > 1 || parts.some((part) => typeof part !== 'string' || /[./%]|^[\w-]{24,}=*$/.test(part));

const ofCode = (tokens: readonly Token[], { python, data }: Language): readonly Expression[] => {
  const found: Expression[] = [];
  const callees: (string | null)[] = [];
  const owners: (string | null)[] = [];
  let owner: string | null = null;
  let statement = 0;
  let decorated = false;
  let thrown = false;
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind === 'end') {
      statement += 1;
      decorated = false;
      thrown = false;
      owner = owners.at(-1) ?? null;
      at += 1;
    } else if (token.kind === 'sign') {
      const before = tokens[at - 1];
      if (callees.length === 0 && isSign(token, '=', ':=')) owner = keyBefore(tokens, at + 1);
      // The body of a function belongs to nobody's value.
      if (token.text === '{') owners.push(isSign(before, ')') ? null : owner);
      if (token.text === '}') owners.pop();
      if (token.text === '@' && (before?.kind ?? 'end') === 'end') decorated = true;
      if ('([{'.includes(token.text)) {
        callees.push(calleeBefore(tokens, at) ?? callees.at(-1) ?? null);
      } else if (')]}'.includes(token.text)) callees.pop();
      at += 1;
    } else if (token.kind === 'name' && /^(?:raise|throw|assert)$/.test(token.text)) {
      thrown = true;
      at += 1;
    } else if (token.kind === 'name' && isSign(tokens[at + 1], '(') && !ofText.test(token.text)) {
      at += 1;
    } else {
      const { parts, next, written } = chainAt(tokens, at, python);
      // A call or an index before it: nothing is known of that.
      const hasBefore = isSign(tokens[at - 1], '+');
      // What is given a value here is not read.
      const isTarget = !written && isSign(tokens[next], '=', ':=');
      const key = keyBefore(tokens, at);
      const callee = callees.at(-1) ?? null;
      // A name that is neither kept nor given to anything; most of a program is that.
      const isIdle = !written && key === null && callee === null && owner === null && isPlainName(parts);
      if (!isTarget && !isIdle && mayMatter({ parts, data }))
        found.push({
          offset: token.offset,
          parts: hasBefore ? [{ name: null }, ...parts] : parts,
          written,
          key,
          owner,
          callee,
          statement,
          decorated,
          compared: thrown || isCompared(tokens, at, next),
          listed: false,
        });
      at = next;
    }
  }
  return found;
};

const isPlainName = (parts: readonly Part[]): boolean =>
  parts.every((part) => typeof part !== 'string' && part.within === undefined);

const isCompared = (tokens: readonly Token[], at: number, next: number): boolean => {
  if (isSign(tokens[at - 1], '==', '!=') || isSign(tokens[next], '==', '!=') || isIn(tokens[next])) return true;
  const method = isSign(tokens[next], '.') ? tokens[next + 1] : undefined;
  return method?.kind === 'name' && /^(?:equals|equalsIgnoreCase|contentEquals|compareTo|matches)$/.test(method.text);
};

/** `name(`, `name!(` of Rust, `name {` of Kotlin: what stands in the brackets is given to it. */
const calleeBefore = (tokens: readonly Token[], at: number): string | null => {
  const [bracket, before, further] = [tokens[at], tokens[at - 1], tokens[at - 2]];
  if (isSign(bracket, '(') && isSign(before, '!') && further?.kind === 'name') return further.text;
  if (before?.kind !== 'name' || keywords.has(before.text)) return null;
  return isSign(bracket, '(') || (isSign(bracket, '{') && before.text.includes('.')) ? before.text : null;
};

/** From a string or a name over everything that is joined to it. */
const chainAt = (
  tokens: readonly Token[],
  from: number,
  python: boolean,
): { readonly parts: readonly Part[]; readonly next: number; readonly written: boolean } => {
  const parts: Part[] = [];
  let written = false;
  let at = from;
  for (;;) {
    const token = tokens[at];
    if (token?.kind === 'text') {
      parts.push(...token.parts);
      written = true;
      at += 1;
    } else if (token?.kind === 'name') {
      const isCall = isSign(tokens[at + 1], '(');
      const method = isCall ? ofText.exec(token.text) : null;
      if (method !== null) {
        return { parts: [...parts, { name: token.text.slice(0, method.index + 1) }], next: at + 1, written };
      }
      if (isCall && at !== from) return { parts: [...parts, { name: null }], next: at, written };
      const [key, next] = indexAfter(tokens, at + 1);
      parts.push(key === null ? { name: token.text } : { name: key, within: token.text });
      at = next;
    } else return { parts, next: Math.max(at, from + 1), written };
    const next = tokens[at];
    if (parts.length >= mostParts) return { parts, next: at, written };
    if (isSign(next, '+') && (tokens[at + 1]?.kind === 'text' || tokens[at + 1]?.kind === 'name')) at += 1;
    else if (!(python && next?.kind === 'text')) return { parts, next: at, written };
  }
};

/** `["real"]` after a name: what is kept there, and where it goes on. */
const indexAfter = (tokens: readonly Token[], at: number): readonly [key: string | null, next: number] => {
  if (!isSign(tokens[at], '[')) return [null, at];
  const inside = tokens[at + 1];
  const [only] = inside?.kind === 'text' ? inside.parts : [];
  if (typeof only === 'string' && isSign(tokens[at + 2], ']')) return [only, at + 3];
  return inside?.kind === 'name' && isSign(tokens[at + 2], ']') ? [null, at + 3] : [null, at];
};

/** The name that is given a value here. */
const keyBefore = (tokens: readonly Token[], at: number): string | null => {
  const sign = tokens[at - 1];
  const before = tokens[at - 2];
  if (isSign(sign, ':') && before?.kind === 'text') {
    const [only] = before.parts;
    return before.parts.length === 1 && typeof only === 'string' ? only : null;
  }
  if (isSign(sign, ':') && before?.kind === 'name') return before.text; // JSON5, keyword arguments of Ruby and the like
  if (!isSign(sign, '=', ':=')) return null;
  if (isSign(before, ']')) {
    const key = tokens[at - 3];
    const [only] = key?.kind === 'text' ? key.parts : [];
    if (typeof only === 'string') return only;
  }
  let name: string | null = null;
  let within = 0;
  for (let back = at - 2; back >= Math.max(0, at - 12); back -= 1) {
    const token = tokens[back];
    // `Final[str]`, `Map<String, String>`: what a type is made of names nothing.
    if (isSign(token, ']', '>')) within += 1;
    else if (isSign(token, '[', '<')) within -= 1;
    if (within > 0) continue;
    if (token === undefined || token.kind === 'end' || isSign(token, '(', ',', '{', ';')) break;
    if (isSign(token, ':')) name = null; // what stands behind it is a type
    if (token.kind !== 'name' || types.has(token.text)) continue;
    name ??= token.text;
  }
  return name;
};

/** Words that run another word, and the times of a crontab. */
const runners =
  /^(?:[\d*/,-]+|sudo|exec|time|nohup|env|command|RUN|CMD|HEALTHCHECK|ENTRYPOINT|-\S*|@|then|do|else|!|xargs|nice|if|while|until|&&)$/;

const isDash = (token: Token | undefined): boolean => token?.kind === 'text' && token.parts[0] === '-';

/** Settings that hold a command. */
const commands =
  /^(?:run|command|entrypoint|cmd|script|before_script|after_script|exec|ExecStart|ExecStartPre|args|test)$/;

const ofWords = (tokens: readonly Token[], { data }: Language): readonly Expression[] => {
  const found: Expression[] = [];
  let command: string | null = null;
  let statement = 0;
  let key: string | null = null;
  let listed = false;
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'end') {
      statement += 1;
      depth = 0;
      command = null;
      key = null;
    } else if (token.kind === 'sign') {
      const before = tokens[index - 1];
      if (token.text === '=' || token.text === ':') {
        const name = before?.kind === 'name' ? before.text : null;
        key = name !== null && commands.test(name) ? null : name;
        listed = isDash(tokens[index - 2]);
        if (key === null && command !== 'test') command = null;
      } else if (token.text === '[' && !data && command === null && key === null) command = 'test';
      else if (';|&('.includes(token.text)) {
        if (token.text === '(') depth += 1;
        command = null;
        key = null;
      }
    } else if (token.kind === 'text') {
      const [first] = token.parts;
      const word = token.parts.length === 1 && typeof first === 'string' ? first : null;
      // What is shown within a substitution is its value.
      const shown = depth > 0 && (word === 'echo' || word === 'printf');
      if (key === null && command === null && word !== null && !shown && !runners.test(word)) {
        command =
          word
            .replace(/^[@-]+/, '')
            .split('/')
            .at(-1) ?? word;
      }
      found.push({
        ...{ offset: token.offset, parts: token.parts, written: true, key, callee: command, statement },
        // A pattern of `case`.
        ...{ owner: null, decorated: false, listed, compared: depth === 0 && isSign(tokens[index + 1], ')') },
      });
    }
  }
  return found;
};
