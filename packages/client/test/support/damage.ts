import fc from 'fast-check';

import type { WireResponse } from '../../src/request/contract.js';

/** Texts that look like figures, times and days, and are none, or barely. */
const treacherous = [
  ...'~ ~0~-0~+0~--2~-75000~+1,200~1,20~1e5~0x10~NaN~Infinity~-~+~.5~5.~1.5~٣~９~null'.split('~'),
  ...'000000~235959~240000~999999~1530~153000~2026-01-15~20260115153000'.split('~'),
  ...'20260230~20261399~00000000~00010101~99991231~99999999~4294967295~9007199254740993'.split('~'),
  ...'[8005:x]~[1700:유량=0]~(RC4007:x)~EGW00123~EGW00201~__proto__~constructor'.split('~'),
  '9'.repeat(400),
];

const junk = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...treacherous) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  { weight: 3, arbitrary: fc.constantFrom(null, true, 0, -1, 1.5, 71_500, [], {}, [{}], [null], [['x']]) },
);

/** Stand for what JSON.stringify cannot write: they are put into the text. */
const tooDeep = '\u0001deep\u0001';
const tooLong = '\u0001long\u0001';

const change = fc.record({
  place: fc.nat({ max: 1_000_000 }),
  way: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom('drop', 'replace', 'add', 'swap', 'rename', 'empty') },
    { weight: 1, arbitrary: fc.constantFrom('many', 'deep', 'long') },
  ),
  junk,
  name: fc.oneof(fc.constantFrom('__proto__', 'output2', 'rt_cd', 'new_field', ''), fc.string({ maxLength: 12 })),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

const envelope = fc.record({
  /** Cuts the text after this share of it, or not at all. */
  cut: fc.oneof(
    { weight: 12, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  ),
  status: fc.oneof(
    { weight: 8, arbitrary: fc.constant(200) },
    { weight: 1, arbitrary: fc.constantFrom(429, 500, 503, 204) },
  ),
  more: fc.constantFrom('Y', 'N', '', 'F', 'M', '\n'),
  key: fc.constantFrom('', 'next', ' ', '0'.repeat(50)),
});

/** What is done to an answer; the same damage fits every answer. */
export const damage = fc.record({ changes: fc.array(change, { maxLength: 3 }), envelope });
export type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

type Holder = Record<string, unknown>;

const placesIn = (body: unknown): (readonly [Holder, string])[] => {
  const places: (readonly [Holder, string])[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const holder = node as Holder; // lists as well: their numbers are names
    for (const name of Object.keys(holder)) {
      places.push([holder, name]);
      visit(holder[name]);
    }
  };
  visit(body);
  return places;
};

/** More than a page has. */
const rowsOfMany = 150;

const put = (holder: Holder, name: string, value: unknown): void => {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
};

const apply = (body: unknown, { place, way, junk: given, name: other }: Change): void => {
  const value = structuredClone(given); // the same list may be put in again
  const places = placesIn(body);
  const [holder, name] = places[place % places.length] ?? [{}, ''];
  const before = holder[name];
  const lists = places.map(([inside, key]) => inside[key]).filter((each): each is unknown[] => Array.isArray(each));
  if (way === 'drop' || way === 'rename') Reflect.deleteProperty(holder, name);
  if (way === 'rename' && !Array.isArray(holder)) put(holder, other, before);
  if (way === 'replace') put(holder, name, value);
  if (way === 'add' && !Array.isArray(holder)) put(holder, other, value);
  if (way === 'empty') put(holder, name, Array.isArray(before) ? [] : typeof before === 'object' ? {} : '');
  if (way === 'deep') put(holder, name, tooDeep);
  if (way === 'long') put(holder, name, tooLong);
  const [neighbour, key] = places[(place * 7 + 1) % places.length] ?? [holder, name];
  if (way === 'swap' && typeof before === 'string') put(holder, name, structuredClone(neighbour[key]));
  if (way === 'many') {
    for (const list of lists) while (list.length > 0 && list.length < rowsOfMany) list.push(...structuredClone(list));
  }
};

/** An answer of the broker after it went through the wringer. */
export const damaged = (text: string, { changes, envelope: { cut, status, more, key } }: Damage): WireResponse => {
  const body = JSON.parse(text) as unknown;
  for (const each of changes) apply(body, each);
  const whole = JSON.stringify(body)
    .replace(JSON.stringify(tooDeep), '['.repeat(20_000) + ']'.repeat(20_000))
    .replace(JSON.stringify(tooLong), JSON.stringify('x'.repeat(50_000)));
  return {
    status,
    headers: { 'cont-yn': more, 'next-key': key, tr_cont: more },
    text: cut === 1 ? whole : whole.slice(0, Math.floor(whole.length * cut)),
  };
};
