import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Candle, CandleQuery } from '../../../src/broker/candle.js';
import type { Hub } from '../../../src/hub/hub.js';
import { bars, daysOfBars, type Bar } from '../../support/bars.js';
import { kisCharts, kiwoomCharts } from '../../support/charts.js';
import { offlineHub, ok } from '../../support/offline-hub.js';
import { minuteRow } from '../../support/sample.js';

const seed = 20_261_128;
/** For machines that have other things to do. */
const slowestMs = 60_000;
/** Monday morning in Korea; everything asked for is over. */
const now = '2026-11-23T07:00:00+09:00';
const stock = { symbol: '005930', venue: 'KRX' } as const;

const read = async (hub: Hub, query: CandleQuery): Promise<Candle[]> => {
  const all: Candle[] = [];
  for await (const candle of hub.candles(query)) all.push(candle);
  return all;
};

const prices = ({ open, high, low, close, volume }: Bar) => ({ open, high, low, close, volume });

describe('minute bars of KIS', () => {
  const query = { ...stock, broker: 'kis', interval: '1m', from: '2026-11-20', to: '2026-11-20' } as const;

  it(
    'come back as they were, whatever the labels, the pages and the padding',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          bars('2026-11-20'),
          fc.record({ oddSeconds: fc.nat({ max: 59 }), padding: fc.nat({ max: 3 }), dayBefore: fc.boolean() }),
          async (truth, habits) => {
            // Odd labels show in any row but that of the auction, which alone is not served to who asks for 15:30:00.
            const auction = Date.parse('2026-11-20T15:30:00+09:00');
            fc.pre(habits.oddSeconds === 0 || truth.some(({ startMs }) => startMs < auction));
            const { hub } = offlineHub(kisCharts.minutes('20261120', truth, habits), { now });
            const expected = truth.map((bar) => ({ ...prices(bar), value: bar.value, startMs: bar.startMs }));
            const found = await read(hub, query);
            expect(found).toEqual(
              expected.map((bar) => ({ ...stock, ...bar, interval: '1m', source: 'REST_API_KIS' })),
            );
          },
        ),
        { seed, numRuns: 60 },
      );
    },
    slowestMs,
  );

  it(
    'of today are those that are over; the one that is forming and minutes without a trade are left out',
    async () => {
      const today = { ...query, from: '2026-11-23', to: '2026-11-23' };
      await fc.assert(
        fc.asyncProperty(
          bars('2026-11-23'),
          fc.integer({ min: 0, max: 399 }),
          fc.nat({ max: 59 }),
          async (truth, minute, second) => {
            const instant = Date.parse('2026-11-23T09:00:00+09:00') + (minute * 60 + second) * 1_000;
            const { hub } = offlineHub(kisCharts.today('20261123', truth, instant), {
              now: new Date(instant).toISOString(),
            });
            // A minute counts as over 12 s after its end.
            const expected = truth.filter(({ startMs }) => startMs + 72_000 <= instant).map(({ startMs }) => startMs);
            expect((await read(hub, today)).map(({ startMs }) => startMs)).toEqual(expected);
          },
        ),
        { seed, numRuns: 60 },
      );
    },
    slowestMs,
  );
});

describe('minute bars of Kiwoom', () => {
  const query = { ...stock, broker: 'kiwoom', interval: '1m', from: '2026-11-17', to: '2026-11-18' } as const;

  it(
    'come back as they were, whatever signs, commas, joints of pages and rows at 15:35',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          daysOfBars(['2026-11-16', '2026-11-17', '2026-11-18']),
          fc.record({
            sign: fc.constantFrom('', '+', '-', '--'),
            commas: fc.boolean(),
            afterwards: fc.boolean(),
            overlap: fc.nat({ max: 3 }),
            rowsPerPage: fc.integer({ min: 50, max: 900 }),
          }),
          async (truth, habits) => {
            const { hub } = offlineHub(kiwoomCharts.minutes(truth, habits), { now });
            const first = Date.parse('2026-11-17T00:00:00+09:00');
            const expected = truth
              .filter(({ startMs }) => startMs >= first)
              .map((bar) => ({ ...stock, ...prices(bar), value: null, startMs: bar.startMs }));
            expect(await read(hub, query)).toEqual(
              expected.map((bar) => ({ ...bar, interval: '1m', source: 'REST_API_KIWOOM' })),
            );
          },
        ),
        { seed, numRuns: 40 },
      );
    },
    slowestMs,
  );
});

describe('daily bars', () => {
  const range = { from: '2025-03-03', to: '2026-11-20' } as const;
  /** KIS sends 100 rows a page, Kiwoom 600: some histories fill several pages of either. */
  const history = fc.integer({ min: 0, max: 700 });

  it.each(['kis', 'kiwoom'] as const)(
    'of %s come back as they were, from midnight in Korea on',
    async (broker) => {
      const charts = broker === 'kis' ? kisCharts : kiwoomCharts;
      await fc.assert(
        fc.asyncProperty(history, fc.nat(), fc.nat({ max: 3 }), async (count, salt, padding) => {
          const { truth, reply } = charts.days(count, { salt, padding, newest: '2026-11-20' });
          const { hub } = offlineHub(reply, { now });
          const wanted = truth.filter(({ day, volume }) => day >= range.from && volume > 0);
          const expected = wanted.map((bar) => ({
            ...{ ...stock, ...prices(bar), value: bar.value, interval: '1d' },
            source: broker === 'kis' ? 'REST_API_KIS' : 'REST_API_KIWOOM',
            startMs: Date.parse(`${bar.day}T00:00:00+09:00`),
          }));
          expect(await read(hub, { ...stock, broker, interval: '1d', ...range })).toEqual(expected);
        }),
        { seed, numRuns: 25 },
      );
    },
    slowestMs,
  );
});

describe('the edges of a day in Korea', () => {
  const kis = (label: string) =>
    ok({
      output1: { hts_kor_isnm: '삼성전자' },
      output2: [minuteRow('20261120', label)],
      rt_cd: '0',
      msg_cd: '',
      msg1: '',
    });
  const kiwoom = (label: string) => {
    const row = {
      cur_prc: '-1',
      trde_qty: '1',
      cntr_tm: `20261120${label}`,
      open_pric: '1',
      high_pric: '+1',
      low_pric: '1',
    };
    return ok({ stk_min_pole_chart_qry: [row], return_code: 0, return_msg: '' });
  };

  it.each([
    ['KRX', '085959', undefined],
    ['KRX', '090000', '2026-11-20T00:00:00.000Z'],
    ['KRX', '153000', '2026-11-20T06:30:00.000Z'],
    ['KRX', '153059', '2026-11-20T06:30:00.000Z'],
    ['KRX', '153500', undefined],
    ['NXT', '080000', '2026-11-19T23:00:00.000Z'],
    ['NXT', '195900', '2026-11-20T10:59:00.000Z'],
    ['UN', '235959', undefined],
  ] as const)('on %s: a row with the label %s is the bar of %s', async (venue, label, instant) => {
    for (const [broker, reply] of [
      ['kis', kis(label)],
      ['kiwoom', kiwoom(label)],
    ] as const) {
      const { hub } = offlineHub(() => reply, { now });
      const found = await read(hub, {
        symbol: '005930',
        venue,
        broker,
        interval: '1m',
        from: '2026-11-20',
        to: '2026-11-20',
      });
      expect(
        found.map(({ startMs }) => new Date(startMs).toISOString()),
        broker,
      ).toEqual(instant === undefined ? [] : [instant]);
    }
  });
});
