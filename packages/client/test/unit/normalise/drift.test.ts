import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { kisLayouts } from '../../../src/broker/kis/layouts.js';
import { kiwoomLayouts } from '../../../src/broker/kiwoom/layouts.js';
import type { Layout } from '../../../src/broker/layout.js';
import { DriftBook } from '../../../src/hub/drift.js';
import type { Notice } from '../../../src/runtime/notice.js';
import { offlineHub, ok } from '../../support/offline-hub.js';
import { sample, type Body, type Row } from '../../support/sample.js';

const bookOf = () => {
  const told: Notice[] = [];
  const book = new DriftBook((notice) => told.push(notice));
  return { book, told };
};

/** Rows of the day's minutes, each of them with or without something. */
const chart = (change: (row: Row) => object): Body => {
  const body = sample('inquire-time-dailychartprice');
  return { ...body, output2: (body.output2 as Row[]).map(change) };
};
const endpoint = 'inquire-time-dailychartprice';

describe('drift', () => {
  it.each([
    ...Object.keys(kisLayouts).map((name) => ['kis', name, name] as const),
    ...Object.keys(kiwoomLayouts).map((name) => ['kiwoom', name, `kiwoom/${name}`] as const),
  ])('of %s %s: there is none in the sample', (broker, name, file) => {
    const { book, told } = bookOf();
    book.look(broker, name, sample(file));
    expect(told).toEqual([]);
    expect(book.list()).toEqual([]);
  });

  it('is told once per field, by type and never by value, and counted per row', () => {
    const { book, told } = bookOf();
    const body = { ...chart((row) => ({ ...row, holder: '홍길동', flags: ['x'] })), extra: null };
    book.look('kis', endpoint, body);
    book.look('kis', endpoint, body);
    const unknown = { kind: 'drift', broker: 'kis', endpoint, change: 'unknown' };
    expect(told).toEqual([
      { ...unknown, field: 'extra', type: 'null' },
      { ...unknown, field: 'output2.holder', type: 'string' },
      { ...unknown, field: 'output2.flags', type: 'list' },
    ]);
    expect(JSON.stringify([told, book.list()])).not.toContain('홍길동');
    expect(book.list().map(({ field, count }) => [field, count])).toEqual([
      ['extra', 2],
      ['output2.holder', 8],
      ['output2.flags', 8],
    ]);
  });

  it('is a documented field that a row lacks, too', () => {
    const { book, told } = bookOf();
    book.look(
      'kis',
      endpoint,
      chart(({ cntg_vol: _gone, ...row }) => row),
    );
    expect(told).toEqual([{ kind: 'drift', broker: 'kis', endpoint, field: 'output2.cntg_vol', change: 'missing' }]);
  });

  it('is not in padding, nor in a body that says that nothing was found', () => {
    const { book } = bookOf();
    book.look('kis', endpoint, { ...sample(endpoint), output2: [{}, null, 'x'] });
    book.look('kiwoom', 'ka10080', { return_code: 20, return_msg: '조회결과가 없습니다' });
    book.look('kiwoom', 'ka10001', { return_code: 20, return_msg: '조회결과가 없습니다' });
    expect(book.list()).toEqual([]);
  });

  it('in answers of garbage fills no memory, and says no name that is none', () => {
    const { book, told } = bookOf();
    const garbage = Object.fromEntries(Array.from({ length: 5_000 }, (_none, index) => [`f${String(index)}`, '1']));
    book.look('kiwoom', 'ka10001', { ...sample('kiwoom/ka10001'), '홍길동 010-0000-0000': '1', ...garbage });
    expect(told).toHaveLength(1_000);
    expect(told[0]).toMatchObject({ field: '(no field name)', change: 'unknown' });
  });

  it('of answers that the hub makes no rows of is nobody’s business', () => {
    const { book } = bookOf();
    book.look('kis', 'inquire-balance', { surprise: 1 });
    expect(book.list()).toEqual([]);
  });

  it('comes with the bars, the notice and hub.drift(), and stops nothing', async () => {
    const told: Notice[] = [];
    const { hub } = offlineHub(() => ok(chart((row) => ({ ...row, new_field: '1' }))), {
      now: '2024-11-11T10:00:00+09:00',
      notify: (notice) => told.push(notice),
    });
    const day = { from: '2024-11-08', to: '2024-11-08' };
    let bars = 0;
    for await (const bar of hub.candles({ symbol: '005930', venue: 'KRX', interval: '1m', ...day })) {
      bars += Math.sign(bar.volume);
    }
    expect(bars).toBe(4);
    expect(told).toMatchObject([{ kind: 'drift', field: 'output2.new_field' }]);
    expect(hub.drift()).toMatchObject([{ field: 'output2.new_field', type: 'string', count: 4 }]);
  });
});

/** The brokers' own lists of fields, as the types are made of them. */
const registry = (name: string): Body =>
  JSON.parse(readFileSync(new URL(`../../../../../registry/${name}-endpoints.json`, import.meta.url), 'utf8')) as Body;

const namesIn = (layout: Layout, parts: readonly string[]): Set<string> =>
  new Set(parts.flatMap((part) => [...(layout[part]?.fields ?? []), ...(layout[part]?.also ?? [])]));

describe('the fields that the hub knows', () => {
  const kisList = registry('kis').rest as { path: string; responseFields: Body }[];
  const kiwoomList = registry('kiwoom').endpoints as {
    apiId: string;
    response: { fields: Body; lists: Record<string, Body> };
  }[];

  it.each(Object.entries<Layout>(kisLayouts))('of %s are those of the registry', (name, layout) => {
    const listed = kisList.find(({ path }) => path === `/uapi/domestic-stock/v1/quotations/${name}`);
    const documented = Object.keys(listed?.responseFields ?? {});
    const parts = Object.keys(layout).filter((part) => part !== '');
    const expected = new Set(parts.flatMap((part) => layout[part]?.fields ?? []));
    expect(documented.length).toBeGreaterThan(0);
    // The registry does not tell the outputs apart.
    expect(documented.filter((field) => !namesIn(layout, parts).has(field))).toEqual([]);
    expect([...expected].filter((field) => !documented.includes(field))).toEqual([]);
  });

  it.each(Object.entries<Layout>(kiwoomLayouts))('of %s are those of the registry', (name, layout) => {
    const response = kiwoomList.find(({ apiId }) => apiId === name)?.response;
    const documented = { '': Object.keys(response?.fields ?? {}), ...mapped(response?.lists ?? {}) };
    expect(Object.keys(layout).sort()).toEqual(Object.keys(documented).sort());
    for (const [part, fields] of Object.entries<string[]>(documented)) {
      expect([...(layout[part]?.fields ?? [])].sort(), part).toEqual([...fields].sort());
    }
  });
});

const mapped = (lists: Record<string, Body>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(lists).map(([list, row]) => [list, Object.keys(row)]));
