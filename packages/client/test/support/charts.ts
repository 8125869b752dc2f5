import type { Reply } from './offline-hub.js';
import { ok } from './offline-hub.js';
import { barOf, type Bar } from './bars.js';
import { sampleText } from './sample.js';

/** Brokers that put known bars into their own words, page by page. Written after the fact sheets, apart from the normalisers. */

const kstText = (instant: number): string => new Date(instant + 9 * 3_600_000).toISOString().replaceAll(/[-:T]/g, '');
const dayOf = (instant: number): string => kstText(instant).slice(0, 8);
const timeOf = (instant: number): string => kstText(instant).slice(8, 14);
const dayMs = 86_400_000;

type Row = Record<string, string>;

const kisMinute = (day: string, label: string, bar: Omit<Bar, 'startMs'>): Row => ({
  stck_bsop_date: day,
  stck_cntg_hour: label,
  stck_prpr: String(bar.close),
  stck_oprc: String(bar.open),
  stck_hgpr: String(bar.high),
  stck_lwpr: String(bar.low),
  cntg_vol: String(bar.volume),
  acml_tr_pbmn: String(bar.value),
});

const kisAnswer = (rows: readonly object[]) =>
  ok({ output1: { hts_kor_isnm: '삼성전자' }, output2: rows, rt_cd: '0', msg_cd: 'MCA00000', msg1: '' });

interface KisHabits {
  /** Every label says so many seconds into its minute. */
  readonly oddSeconds?: number;
  /** Empty objects behind the last row. */
  readonly padding?: number;
  /** A page that is not full goes on with the day before. */
  readonly dayBefore?: boolean;
}

/** The value of the day so far stands in each row. */
const cumulative = (bars: readonly Bar[]): Bar[] => {
  let sum = 0;
  return bars.map((bar) => ({ ...bar, value: (sum += bar.value) }));
};

interface DayHabits {
  readonly salt: number;
  readonly padding: number;
  readonly newest: string;
}

type DayBar = Bar & { readonly day: string };

/** Weekdays back from `newest`, ascending. */
const historyOf = (count: number, { salt, newest }: DayHabits): DayBar[] => {
  const days: DayBar[] = [];
  for (let instant = Date.parse(`${newest}T00:00:00+09:00`); days.length < count; instant -= dayMs) {
    const weekday = new Date(instant + 9 * 3_600_000).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    const day = dayOf(instant).replace(/(....)(..)(..)/, '$1-$2-$3');
    days.push({ ...barOf(instant, salt + days.length * 7_919), day });
  }
  return days.reverse();
};

export const kisCharts = {
  minutes:
    (day: string, truth: readonly Bar[], { oddSeconds = 0, padding = 0, dayBefore = false }: KisHabits): Reply =>
    (endpoint, params) => {
      if (endpoint !== 'inquire-time-dailychartprice') return ok(sampleText(endpoint));
      const rows = cumulative(truth)
        .map((bar) => kisMinute(day, timeOf(bar.startMs + oddSeconds * 1_000), bar))
        .reverse()
        .filter(({ stck_cntg_hour = '' }) => stck_cntg_hour <= (params.FID_INPUT_HOUR_1 ?? ''))
        .slice(0, 120);
      const rest = 120 - rows.length;
      const before = kisMinute(String(Number(day) - 1), '153000', barOf(0, 1));
      const more = [
        ...Array.from({ length: dayBefore ? 1 : 0 }, () => before),
        ...Array.from({ length: padding }, () => ({})),
      ];
      return kisAnswer([...rows, ...more.slice(0, rest)]);
    },

  /** Contiguous labels up to the one that is asked for; minutes without a trade have volume 0, the newest is still forming. */
  today:
    (day: string, truth: readonly Bar[], now: number): Reply =>
    (endpoint, params) => {
      if (endpoint !== 'inquire-time-itemchartprice') return ok(sampleText(endpoint));
      const byStart = new Map(cumulative(truth).map((bar) => [bar.startMs, bar]));
      const asked = params.FID_INPUT_HOUR_1 ?? '';
      const opening = Date.parse(`${day.replace(/(....)(..)(..)/, '$1-$2-$3')}T09:00:00+09:00`);
      const rows: Row[] = [];
      let sum = 0;
      for (let start = opening; start <= now && timeOf(start) <= asked; start += 60_000) {
        const bar = byStart.get(start) ?? { ...barOf(start, 3), volume: 0, value: sum };
        sum = bar.value;
        rows.push(kisMinute(day, timeOf(start), bar));
      }
      return kisAnswer(rows.reverse().slice(0, 30));
    },

  days: (count: number, habits: DayHabits): { truth: DayBar[]; reply: Reply } => {
    const truth = historyOf(count, habits);
    const reply: Reply = (endpoint, params) => {
      if (endpoint !== 'inquire-daily-itemchartprice') return ok(sampleText(endpoint));
      const [from = '', to = ''] = [params.FID_INPUT_DATE_1, params.FID_INPUT_DATE_2];
      const rows = truth
        .map((bar) => ({ ...bar, day: bar.day.replaceAll('-', '') }))
        .filter(({ day }) => day >= from && day <= to)
        .reverse()
        .slice(0, 100)
        .map(({ day, close, open, high, low, volume, value }) => ({
          stck_bsop_date: day,
          stck_clpr: String(close),
          stck_oprc: String(open),
          stck_hgpr: String(high),
          stck_lwpr: String(low),
          acml_vol: String(volume),
          acml_tr_pbmn: String(value),
        }));
      return kisAnswer([...rows, ...Array.from({ length: rows.length < 90 ? habits.padding : 0 }, () => ({}))]);
    };
    return { truth, reply };
  },
};

interface KiwoomHabits {
  /** Before every price. */
  readonly sign: string;
  readonly commas: boolean;
  /** A small row at 15:35 of every day. */
  readonly afterwards: boolean;
  /** Rows that the end of a page and the start of the next one have in common. */
  readonly overlap: number;
  readonly rowsPerPage: number;
}

const kiwoomAnswer = (list: string, rows: readonly object[], more: boolean, page: number) =>
  ok(
    { stk_cd: '005930', [list]: rows, return_code: 0, return_msg: '' },
    more ? { 'cont-yn': 'Y', 'next-key': `page-${String(page + 1)}` } : { 'cont-yn': 'N', 'next-key': '' },
  );

/** Pages in the order of the calls: the offline hub has no headers to go by. */
const paged = (list: string, rows: readonly Row[], size: number, overlap = 0): Reply => {
  let page = 0;
  return (endpoint) => {
    if (!endpoint.startsWith('ka1008')) return ok(sampleText(`kiwoom/${endpoint}`));
    const start = Math.max(0, page * size - overlap * page);
    const slice = rows.slice(start, start + size);
    page += 1;
    return kiwoomAnswer(list, slice, start + size < rows.length, page);
  };
};

export const kiwoomCharts = {
  minutes: (truth: readonly Bar[], { sign, commas, afterwards, overlap, rowsPerPage }: KiwoomHabits): Reply => {
    const figure = (value: number): string => {
      const [whole = '', decimals] = String(value).split('.');
      const grouped = commas ? whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') : whole;
      return sign + grouped + (decimals === undefined ? '' : `.${decimals}`);
    };
    const row = (label: string, bar: Bar): Row => ({
      cur_prc: figure(bar.close),
      trde_qty: String(bar.volume),
      cntr_tm: label,
      open_pric: figure(bar.open),
      high_pric: figure(bar.high),
      low_pric: figure(bar.low),
    });
    const days = [...new Set(truth.map(({ startMs }) => dayOf(startMs)))];
    const extra = afterwards ? days.map((day) => row(`${day}153500`, barOf(0, 5))) : [];
    const rows = [...truth.map((bar) => row(dayOf(bar.startMs) + timeOf(bar.startMs), bar)), ...extra];
    rows.sort((left, right) => (right.cntr_tm ?? '').localeCompare(left.cntr_tm ?? ''));
    return paged('stk_min_pole_chart_qry', rows, rowsPerPage, overlap);
  },

  days: (count: number, habits: DayHabits): { truth: DayBar[]; reply: Reply } => {
    const truth = historyOf(count, habits);
    const rows = truth.map(({ day, close, open, high, low, volume, value }): Row => ({
      cur_prc: String(close),
      trde_qty: String(volume),
      trde_prica: String(value / 1_000_000),
      dt: day.replaceAll('-', ''),
      open_pric: String(open),
      high_pric: String(high),
      low_pric: String(low),
    }));
    return { truth, reply: paged('stk_dt_pole_chart_qry', rows.reverse(), 600) };
  },
};
