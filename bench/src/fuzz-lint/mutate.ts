import type { Chance } from './chance.js';
import { piecesOf, Source, type Piece } from './corpus.js';

type Mutation = (program: Source, chance: Chance, corpus: readonly Source[]) => string;

const nothing: Piece = { kind: 'other', from: 0, to: 0 };

const ofKind = ({ pieces }: Source, kind: Piece['kind'], chance: Chance): Piece => {
  const all = pieces.filter((piece) => piece.kind === kind);
  return all.length === 0 ? nothing : chance.pick(all);
};

const textOf = ({ text }: Source, { from, to }: Piece): string => text.slice(from, to);

const put = (text: string, { from, to }: Piece, instead: string): string =>
  text.slice(0, from) + instead + text.slice(to);

const kinds = ['statement', 'expression', 'expression', 'name', 'other'] as const;
const anyPiece = (program: Source, chance: Chance): Piece => ofKind(program, chance.pick(kinds), chance);

const wraps: readonly ((inner: string) => string)[] = [
  (inner) => `(${inner})`,
  (inner) => `[${inner}, ...[${inner}]]`,
  (inner) => `({ url: ${inner}, ...(${inner}) })`,
  (inner) => `\`https://\${${inner}}/uapi/\${${inner}}\``,
  (inner) => `(() => ${inner})()`,
  (inner) => `new Proxy(${inner}, {})`,
  (inner) => `fetch(${inner})`,
  (inner) => `(${inner})?.["get"]?.(${inner})`,
  (inner) => `(${inner}).replace(/a*/g, ${inner}).split('').reverse().join('')`,
  (inner) => `(${inner} ?? (${inner} as unknown as string)!)`,
];

/** Nesting that a person does not write, and a generator does. */
const deepest = 200;
const nests: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['[', ']'],
  ['((x) => ', ')'],
  ['({ a: ', ' })'],
  ['f(', ')'],
  ["('a' + ", ')'],
  ['`a${', '}`'],
  ['(x ? ', ' : y)'],
];

const names = [
  'fetch',
  'axios',
  'url',
  'base',
  'a',
  'b',
  'config',
  'constructor',
  '__proto__',
  'toString',
  'hub',
  'self',
];

const hugeLiterals: readonly ((chance: Chance) => string)[] = [
  (chance) => `'${'openapi.koreainvestment.com'.repeat(1 + chance.below(1_000))}'`,
  (chance) => `'${'a'.repeat(chance.below(50_000))}'`,
  (chance) => `[${'"https://api.kiwoom.com",'.repeat(1 + chance.below(1_500))}]`,
  (chance) => `{${Array.from({ length: 1 + chance.below(1_500) }, (_each, at) => `k${String(at)}: base`).join(',')}}`,
  (chance) => `'${'%68'.repeat(chance.below(5_000))}'`,
  (chance) => `(${Array.from({ length: 1 + chance.below(300) }, () => 'base').join(' + ')})`,
  () => `'x'.repeat(1e9).padStart(2 ** 31)`,
];

/** Constants, functions, classes and modules that lead to themselves, or to each other. */
const cycles: readonly ((name: string) => string)[] = [
  (name) => `const ${name}A = ${name}B + '/x'; const ${name}B = \`\${${name}A}\${${name}A}\`; fetch(${name}A);`,
  (name) => `const ${name}F = (x) => ${name}F(x + ${name}F(x)); fetch(${name}F('https://'));`,
  (name) => `let ${name}L = 'https://'; for (const c of ${name}L) ${name}L += ${name}L + c; fetch(${name}L);`,
  (name) => `class ${name}C extends ${name}C { url = this.url + new ${name}C().url; go() { return fetch(this.url); } }`,
  (name) => `const ${name}O = { get a() { return ${name}O.b; }, get b() { return ${name}O.a; } }; fetch(${name}O.a);`,
  (name) =>
    `import * as ${name}S from './program.js'; export const ${name}U = ${name}S.${name}U + 'x'; fetch(${name}U);`,
  () => `export * from './program.js'; export * from './other.js'; export { default } from './program.js';`,
  (name) =>
    `import ${name}D, { other as ${name}R } from './other.js'; fetch(${name}D(${name}R)); export const back = ${name}R;`,
  // Every constant is twice the one before: what is worked out naively is 2 ** 60 long.
  (name) =>
    [
      `const ${name}0 = 'https://openapi';`,
      ...Array.from(
        { length: 60 },
        (_each, at) => `const ${name}${String(at + 1)} = ${name}${String(at)} + ${name}${String(at)};`,
      ),
      `fetch(${name}60);`,
    ].join('\n'),
  // And so are the ways through functions.
  (name) =>
    [
      `const ${name}0 = (x) => x;`,
      ...Array.from(
        { length: 40 },
        (_each, at) => `const ${name}${String(at + 1)} = (x) => ${name}${String(at)}(x) + ${name}${String(at)}(x);`,
      ),
      `fetch(${name}40('https://'));`,
    ].join('\n'),
  (name) =>
    `const ${name}P = cond ? ${Array.from({ length: 14 }, () => "(a ? 'x' : 'y')").join(' + ')} : ''; fetch(${name}P);`,
];

const mutations: readonly Mutation[] = [
  (program, chance) => put(program.text, anyPiece(program, chance), ''),
  (program, chance) => {
    const piece = anyPiece(program, chance);
    const again = textOf(program, piece);
    return put(program.text, piece, `${again}${chance.pick([' ', ', ', '\n'])}${again}`);
  },
  (program, chance) => {
    const kind = chance.pick(kinds);
    const [left = nothing, right = nothing] = [ofKind(program, kind, chance), ofKind(program, kind, chance)].sort(
      (one, other) => one.from - other.from,
    );
    if (left.to > right.from) return put(program.text, right, textOf(program, left));
    return put(put(program.text, right, textOf(program, left)), left, textOf(program, right));
  },
  (program, chance, corpus) => {
    const kind = chance.pick(kinds);
    const other = chance.pick(corpus);
    return put(program.text, ofKind(program, kind, chance), textOf(other, ofKind(other, kind, chance)));
  },
  (program, chance, corpus) => {
    const other = chance.pick(corpus);
    const at = ofKind(program, 'statement', chance).from;
    return put(
      program.text,
      { kind: 'other', from: at, to: at },
      `${textOf(other, ofKind(other, 'statement', chance))}\n`,
    );
  },
  // Half of a node is gone: tokens that do not belong together meet.
  (program, chance) => {
    const { from, to, kind } = anyPiece(program, chance);
    return put(program.text, { kind, from, to: from + chance.below(to - from + 1) }, '');
  },
  (program, chance) => put(program.text, ofKind(program, 'name', chance), chance.pick(names)),
  (program, chance) => {
    const name = textOf(program, ofKind(program, 'name', chance));
    return name === '' ? program.text : program.text.replaceAll(name, chance.pick(names));
  },
  (program, chance) => {
    const piece = ofKind(program, 'expression', chance);
    return put(program.text, piece, chance.pick(wraps)(textOf(program, piece)));
  },
  (program, chance) => {
    const piece = ofKind(program, 'expression', chance);
    const [before, after] = chance.pick(nests);
    const times = chance.below(deepest);
    return put(program.text, piece, before.repeat(times) + textOf(program, piece) + after.repeat(times));
  },
  (program, chance) => put(program.text, ofKind(program, 'expression', chance), chance.pick(hugeLiterals)(chance)),
  (program, chance) => `${program.text}\n${chance.pick(cycles)(`c${String(chance.below(9))}`)}\n`,
];

/** How many of the mutations of one program may make it longer: each can double it. */
const most = 5;
const longest = 60_000;

/** A program that was mutated one to five times; mutations that leave no program are taken back. */
export const mutated = (chance: Chance, corpus: readonly Source[]): string => {
  let program = chance.pick(corpus);
  for (let left = 1 + chance.below(most); left > 0; left -= 1) {
    const text = chance.pick(mutations)(program, chance, corpus);
    const pieces = text.length > longest ? undefined : piecesOf(text);
    if (pieces !== undefined) program = new Source(text, pieces);
  }
  return program.text;
};
