import {
  brokerHeaders,
  findEvidence,
  headerEvidence,
  hubCall,
  isCredentialName,
  isWrittenAsAddress,
  looksLikeKey,
  mayHoldEncoded,
  mayHoldWords,
  type Broker,
  type Evidence,
} from 'eslint-plugin-api-hub/evidence';

import { codeTokens } from './code-lexer.js';
import {
  isClientAnnotation,
  isCommand,
  isMockedTest,
  isPlaceForHost,
  isRecorded,
  isRoute,
  isSilentCallee,
  isSilentKey,
  sends,
} from './context.js';
import { expressionsOf, type Expression } from './expression.js';
import type { AuditFinding, AuditRule } from './finding.js';
import type { Language } from './language.js';
import { masked, shortened } from './mask.js';
import { linesOf, type Place } from './places.js';
import { sdksIn } from './sdk.js';
import type { Token } from './token.js';
import { addValues, mayBeAddress, textOf, type Values } from './values.js';
import { wordTokens } from './word-lexer.js';

export interface Search {
  /** The user's own hosts of a broker: a proxy in front of it. */
  readonly extraHosts: readonly string[];
}

/** What one file knows by itself. */
export interface Reading {
  readonly expressions: readonly Expression[];
  readonly values: Values;
}

const titles: Readonly<Record<Broker, string>> = { kis: 'KIS (한국투자증권)', kiwoom: 'Kiwoom (키움증권)' };
const titleOf = (broker: Broker | null): string => (broker === null ? 'a broker' : titles[broker]);

/** KIS as a word of its own or a part of a name: `KIS_APP_KEY`, `kisKey`, `pykis`; not Turkish, and no kiss. */
const kisInName = /(?<![A-Za-z])kis(?![sh])|kis(?![a-z])|Kis(?![a-z])|(?<![A-Z])KIS|KIS(?![A-Z])/;

/** Whether a file needs to be read closely: nearly all have none of these words. */
export const mayMatter = (source: string, { extraHosts }: Search): boolean =>
  mayHoldWords(source, extraHosts) ||
  kisInName.test(source) ||
  /hantoo|hantu|mojito/i.test(source) ||
  mayHoldEncoded(source);

/** Blocks of text for people: `description: |`. They are blanked, so that places stay. */
const withoutProse = (source: string, { name }: Language): string => {
  if (name !== 'YAML' || !/[|>][+-]?\d?[ \t\r]*$/m.test(source)) return source;
  let within = Infinity;
  return source
    .split('\n')
    .map((line) => {
      const indent = line.search(/\S/);
      if (indent > within) return ' '.repeat(line.length);
      if (indent !== -1) within = Infinity;
      const [, before = '', key = ''] = /^(\s*(?:- )?)([\w-]+):[ \t]*[|>][+-]?\d?[ \t\r]*$/.exec(line) ?? [];
      if (key !== '' && isSilentKey(key)) within = before.length;
      return line;
    })
    .join('\n');
};

/** `imported`: what the file knows from others. */
export const read = (source: string, language: Language, imported: Values, search: Search): Reading =>
  readOn(source, language, new Map(imported), search);

/** Goes on with what earlier parts of the same program have said, and adds to it: copies would cost one cell all others. */
export const readOn = (
  source: string,
  language: Language,
  values: Map<string, string>,
  { extraHosts }: Search,
): Reading => {
  const tokens: readonly Token[] =
    language.family === 'code' ? codeTokens(source, language) : wordTokens(withoutProse(source, language), language);
  const expressions = expressionsOf(tokens, language);
  addValues(expressions, values, extraHosts);
  return { expressions, values };
};

/** What a source knows of a broker, in the order of its lines. */
export const inspect = (
  path: string,
  source: string,
  language: Language,
  { expressions, values }: Reading,
  search: Search,
): readonly AuditFinding[] => {
  const lines = linesOf(source);
  const found: Found[] = [
    ...addresses(path, language, expressions, values, { ...search, mocked: isMockedTest(path, source) }),
    ...(language.data ? [] : credentialsRead(expressions, language)),
    ...keysWritten(source),
    ...sdksIn(path, source, language),
  ];
  const calls = found.filter(({ rule }) => rule === 'direct-call');
  const linesOfCalls = calls.map(({ offset }) => lines.lineAt(offset).line);
  const linesOfWritten = new Set(
    calls.filter(({ bare }) => bare !== true).map(({ offset }) => lines.lineAt(offset).line),
  );
  const nearCalls = new Set(linesOfCalls.flatMap((line) => around(line)));
  const headers = headersIn(language, expressions, values).filter(
    ({ offset }) => !nearCalls.has(lines.lineAt(offset).line),
  );
  const kept = new Map<string, AuditFinding>();
  for (const { rule, offset, message, remedy, bare } of [...found, ...headers].sort(byOffset)) {
    const place: Place = lines.lineAt(offset);
    if (bare === true && linesOfWritten.has(place.line)) continue;
    const key = [rule, place.line, ...(rule === 'broker-credentials' ? [] : [place.column])].join(' ');
    if (kept.has(key)) continue;
    kept.set(key, {
      rule,
      path,
      ...place,
      message: masked(message),
      remedy: masked(remedy),
      text: shortened(lines.textOf(place.line)),
    });
  }
  return [...kept.values()];
};

/** Headers within so many lines of a call belong to it. */
const sameCall = 15;

const around = (line: number): number[] =>
  Array.from({ length: 2 * sameCall + 1 }, (_each, index) => line - sameCall + index);

/** A finding that does not know its line yet. */
export interface Found {
  readonly rule: AuditRule;
  readonly offset: number;
  readonly message: string;
  readonly remedy: string;
  /** Known by a name alone: what is written beside it says more. */
  readonly bare?: boolean;
}

const byOffset = (left: Found, right: Found): number => left.offset - right.offset;

const addresses = (
  path: string,
  language: Language,
  expressions: readonly Expression[],
  values: Values,
  { extraHosts, mocked }: Search & { readonly mocked: boolean },
): Found[] => {
  if (language.data && isRecorded(path)) return [];
  const operationAt = nearestTr(expressions, values);
  return expressions.flatMap((expression): Found[] => {
    const { offset, parts, key, callee, written, decorated, compared, listed } = expression;
    if (!written && (key !== null || callee === null)) return [];
    const text = textOf(parts, values);
    // Asked first: nearly all strings and names have nothing to do with a broker.
    if (!mayTell(text, extraHosts)) return [];
    if ((compared && !sends(callee)) || isSilentCallee(callee) || isSilentKey(key) || (mocked && !sends(callee)))
      return [];
    if (!written && !sends(callee)) return [];
    const evidence = evidenceIn(text, extraHosts, !listed && isPlaceForHost(callee, key));
    if (evidence === null) return [];
    const annotates = decorated && !isClientAnnotation(callee);
    if (evidence.host === null && (annotates || isRoute(path, callee))) return [];
    if (evidence.host === null && (language.data || (key !== null && callee === null))) return [];
    const what = evidence.host === null ? evidence.path : addressOf(evidence);
    const asks = callee !== null && readsEnvironment.test(callee);
    const isCall =
      !asks &&
      !annotates &&
      (sends(callee) || isCommand(text) || (language.family === 'code' && callee !== null && key === null));
    const remedy = hubCall(evidence, evidence.broker === null ? null : operationAt(evidence.broker, expression));
    const title = titleOf(evidence.broker);
    return [
      isCall
        ? { rule: 'direct-call', offset, bare: !written, message: `calls ${title} past the hub: ${what ?? ''}`, remedy }
        : { rule: 'broker-address', offset, message: `keeps an address of ${title}: ${what ?? ''}`, remedy },
    ];
  });
};

const addressOf = ({ host, path }: Evidence): string => `${host ?? ''}${path ?? ''}`;

const base64 = /^[A-Za-z0-9+/_-]{24,}={0,2}$/;

const mayTell = (text: string, extraHosts: readonly string[]): boolean =>
  (mayBeAddress(text) && mayHoldWords(text, extraHosts)) || (base64.test(text) && mayHoldEncoded(text));

/** Of a string, of what it says in base64, or of a command line. `bare`: a host alone is an address where this stands. */
const evidenceIn = (text: string, extraHosts: readonly string[], bare: boolean): Evidence | null => {
  const evidence = mayBeAddress(text)
    ? findEvidence(text, { extraHosts, portals: false, commands: isCommand(text) })
    : null;
  if (evidence !== null) {
    return evidence.host !== null && !bare && !isWrittenAsAddress(text) ? null : evidence;
  }
  if (!base64.test(text)) return null;
  const decoded = Buffer.from(text, 'base64').toString('latin1');
  const hidden = findEvidence(decoded, { extraHosts, portals: false });
  return hidden?.host === undefined || hidden.host === null ? null : hidden;
};

/** Operations by broker and statement. */
const operationsNamed = (expressions: readonly Expression[], values: Values): ReadonlyMap<string, string> => {
  const named = new Map<string, string>();
  for (const { parts, statement } of expressions) {
    const text = textOf(parts, values);
    const header = brokerHeaders.find(({ value }) => value.source !== '^$' && value.test(text));
    if (header !== undefined) named.set(`${header.broker} ${String(statement)}`, text);
  }
  return named;
};

/** The operation that is named nearest to a place, for the remedy. */
const nearestTr = (
  expressions: readonly Expression[],
  values: Values,
): ((broker: Broker, near: Expression) => string | null) => {
  let all: ReadonlyMap<string, string> | undefined;
  return (broker, { statement }) => {
    // Most files have no finding, and need none of these.
    all ??= operationsNamed(expressions, values);
    for (let away = 0; away <= sameCall; away += 1) {
      for (const at of [statement - away, statement + away]) {
        const near = all.get(`${broker} ${String(at)}`);
        if (near !== undefined) return near;
      }
    }
    return null;
  };
};

/** `"tr_id": "FHKST01010100"`, `.header("api-id", "ka10001")`, `-H "tr_id: FHKST01010100"`. */
const headersIn = (language: Language, expressions: readonly Expression[], values: Values): Found[] =>
  language.data
    ? []
    : expressions.flatMap((expression, index): Found[] => {
        const text = textOf(expression.parts, values);
        const [, written, behind] = /^\s*([\w-]+)\s*:\s*(\S+)\s*$/.exec(text) ?? [];
        const before = expressions[index - 1];
        const name = written ?? expression.key ?? (before === undefined ? '' : textOf(before.parts, values));
        const header = brokerHeaders.find(({ names, value }) => value.source !== '^$' && names.includes(name));
        if (header === undefined) return [];
        const evidence = headerEvidence(header, [behind ?? text], false);
        if (evidence?.header === undefined || evidence.header === null) return [];
        if (isSilentCallee(expression.callee)) return [];
        const message = `sends a header that only ${titleOf(header.broker)} reads: ${evidence.header}`;
        return [
          { rule: 'broker-header', offset: expression.offset, message, remedy: hubCall(evidence, behind ?? text) },
        ];
      });

const readsEnvironment =
  /(?:^|\.)(?:getenv|Getenv|LookupEnv|getProperty|GetEnvironmentVariable|env::var|var)$|environ\.(?:get|pop|setdefault)$|(?:^|\.)environ$|^env(?:\.\w+)?$|\benv\.(?:get|str)$/;

/** `os.environ["KIS_APP_KEY"]`, `os.Getenv("KIS_APP_KEY")`, `"$KIS_APP_KEY"`. */
const credentialsRead = (expressions: readonly Expression[], { family }: Language): Found[] =>
  expressions.flatMap(({ offset, parts, callee, key }): Found[] => {
    const [first] = parts;
    const isAsked =
      parts.length === 1 &&
      ((callee !== null && readsEnvironment.test(callee)) || /^(?:env|envvar|validation_alias|alias)$/.test(key ?? ''));
    const asked = isAsked && typeof first === 'string' ? [first] : [];
    const filled = parts.flatMap((part) => {
      if (typeof part === 'string' || part.name === null) return [];
      // Elsewhere a name is one of the program's own.
      return family === 'words' || part.within !== undefined ? [part.name] : [];
    });
    const name = [...asked, ...filled].find(isCredentialName);
    // `KIS_APP_KEY=$KIS_APP_KEY program` hands on what is there.
    if (name === undefined || key === name) return [];
    const remedy = 'Leave the keys to `hub serve`, and call in service mode without any.';
    return [{ rule: 'broker-credentials', offset, message: `reads ${name}, a key of a broker`, remedy }];
  });

/** A name and what is kept under it: `KIS_APP_KEY=…`, `"KIS_APP_KEY": "…"`, `app_secret = '…'`. */
const keptKey = /(?<![\w-])([A-Za-z][\w-]{2,60})["']?\]?[ \t]*(?::=|[:=])[ \t]*["']?([\w+/=-]{36,})/g;

/** What the broker's own documents call them. */
const appKey = /(?:^|[_-])(?:app_?key|app_?secret|secret_?key)$/i;

const keysWritten = (source: string): Found[] => {
  if (/^kind:[ \t]*SealedSecret\b/m.test(source)) return []; // only its cluster can read them
  const isOfBroker = /koreainvestment|kiwoom|\bkis\b|한국투자|키움/i.test(source);
  return [...source.matchAll(keptKey)].flatMap((match): Found[] => {
    const [, name = '', value = ''] = match;
    if (!looksLikeKey(value) || !(isCredentialName(name) || (isOfBroker && appKey.test(name)))) return [];
    const remedy = 'Keep it where hub serve runs (HUB_KEYS_FILE), and issue a new one: this one is in the history.';
    return [
      {
        rule: 'key-in-plain-text',
        offset: match.index,
        message: `${name} holds a key of a broker in plain text`,
        remedy,
      },
    ];
  });
};
