import { Linter } from 'eslint';
import { AST_NODE_TYPES, type TSESLint } from '@typescript-eslint/utils';
import { expect, it } from 'vitest';

import { type FileIndex, indexFile } from '../../src/ast/file-index.js';
import { createEvaluator } from '../../src/value/evaluator.js';

const parse = (code: string): FileIndex => {
  const linter = new Linter();
  linter.verify(code, { languageOptions: { ecmaVersion: 'latest', sourceType: 'module' } });
  return indexFile(linter.getSourceCode() as unknown as TSESLint.SourceCode); // the same, typed by ESLint itself
};

/** The strings of the argument of `ask(…)`; what is not known of them is shown as `*`. */
const ask = (code: string): readonly string[] => {
  const file = parse(code);
  const call = file.calls.find(({ callee }) => callee.type === AST_NODE_TYPES.Identifier && callee.name === 'ask');
  const argument = call?.arguments[0];
  if (argument === undefined) throw new Error('no ask(…) in the code');
  const { texts } = createEvaluator(file).texts(argument);
  return texts.map((text) => text.replaceAll('\0', '*')).sort();
};

it.each([
  [`ask('a' + 1 + \`\${'b'}c\`)`, ['a1bc']],
  [`ask(x)`, ['*']],
  ['ask(`${x}/a/${y}`)', ['*/a/*']],
  [`ask(x ? 'a' : 'b')`, ['a', 'b']],
  [`ask(process.env.A ?? 'b')`, ['*', 'b']],
  [`const o = { a: 'x', b: 'y', ['c']: 'z' }; ask(o.a + o['c'])`, ['xz']],
  [`const o = { a: 'x', b: 'y' }; ask(o[k])`, ['x', 'y']],
  [`const o = { a: 'x', b: 'y' }, k = q ? 'a' : 'b'; ask(o[k] + '!')`, ['x!', 'y!']],
  [`const a = ['x', 'y']; ask(a[1])`, ['y']],
  [`const a = ['x', 'y']; ask(a.b)`, ['*']],
  [`const k = 'a', o = { [k]: 'x', [k + 'b']: 'y', [z]: 'w' }; ask(o.a)`, ['w', 'x']],
  [`let a = 'x'; a = 'y'; ask(a)`, ['x', 'y']],
  [`let a = 'x'; a += 'y'; ask(a)`, ['*y', 'x']],
  [`const f = (p, q = 'd') => p + q; ask(f('x'))`, ['x*', 'xd']],
  [`const f = (p) => g(p), g = (p) => p + '!'; ask(f('x') + f('y'))`, ['x!y!']],
  [`const f = (p) => p + '!'; ask(f(f('x')))`, ['x!!']],
  [`function f(p) { if (p) return 'a'; return 'b'; } ask(f())`, ['a', 'b']],
  [`ask('a-b'.replace('-', '+').toUpperCase())`, ['A+B']],
  [`ask('$&'.replace('&', '$&'))`, ['$$&']],
  [`ask('a-b'.replace(/-/, '+'))`, ['a-b']],
  [`ask('abc'.slice(1, -1) + 'abc'.substring(0, 1))`, ['ba']],
  [`ask('abc'.slice(n))`, ['*']],
  [`ask(atob('YWJj') + Buffer.from('64', 'hex').toString() + String.fromCharCode(101, 102))`, ['abcdef']],
  [`ask(atob(x) + Buffer.from('YWJj', e).toString() + String.fromCharCode(y))`, ['*']],
  [`const m = new Map([['a', 'x'], ['b', 'y']]); ask(m.get(k))`, ['x', 'y']],
  [`const o = {}; o.a = 'x'; o.set('b', 'y'); ask(o.a + o.b)`, ['xy']],
  [`ask(['a', 'b', x].join('/'))`, ['a/b/*']],
  [`ask(new URL('/b', 'https://h/'))`, ['https://h/b']],
  [`ask(new URL('https://i/b', 'https://h/').href)`, ['*', 'https://i/b']],
  [`ask(new URL('https://h:1/b').hostname)`, ['*', 'h']],
  [`ask(env.get('A', 'b'))`, ['*', 'b']],
  [`for (const a of new Set(['x', 'y'])) ask(a)`, ['x', 'y']],
  [`class A { b = 'x'; c() { ask(this.b) } }`, ['x']],
  [`class A { static b = 'x'; c() { ask(this.b) } }`, ['x']],
  [`function f() { ask(this.b) }`, ['*']],
  [`ask(this.b)`, ['*']],
  [`const o = { get a() { return 'x'; }, b() {} }; ask(o.a)`, ['x']],
  [`function* f() { return 'x'; } ask(f())`, ['*']],
  [`let a = a; ask(a)`, ['*']],
  [`const f = () => f(); ask(f())`, ['*']],
  [`import { a } from './a.js'; ask(a)`, ['*']],
])('%s', (code, texts) => {
  expect(ask(code)).toEqual(texts);
});

it('gives up on sets and strings without end, and keeps what it has', () => {
  const many = Array.from({ length: 100 }, (_, n) => `'${String(n)}'`).join(',');
  const texts = ask(`const a = [${many}]; ask(a[k] + a[k] + a[k])`);
  expect(texts.length).toBeLessThanOrEqual(65);
  expect(texts).toContain('*');
  const [long = ''] = ask(`ask('${'x'.repeat(5000)}')`.replace("ask('", "ask('' + '"));
  expect(long).toHaveLength(4001);
  expect(long.endsWith('*')).toBe(true);
});

it('ends soon on a file that doubles its work with every line', () => {
  const lines = Array.from({ length: 60 }, (_, n) => `const x${String(n + 1)} = x${String(n)} + x${String(n)};`);
  expect(ask(`const x0 = 'a'; ${lines.join('')} ask(x60)`)).toHaveLength(1);
});

it('ends on a chain deeper than any stack', () => {
  const lines = Array.from({ length: 3000 }, (_, n) => `const x${String(n + 1)} = x${String(n)};`);
  expect(ask(`const x0 = 'a'; ${lines.join('')} ask(x3000)`)).toEqual(['*']);
  expect(ask(`const x0 = 'a'; ${lines.slice(0, 20).join('')} ask(x20)`)).toEqual(['a']);
});
