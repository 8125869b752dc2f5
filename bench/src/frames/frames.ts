/** A trade of KIS as its samples have it, 46 fields; `dayVolume` makes each one different. */
const trade = (dayVolume: number): string =>
  [
    `005930^101502^71300^2^500^0.71^71012.40^70900^71400^70700^71400^71300^12^${String(dayVolume)}^101278004100^10411^11802`,
    '1391^108.77^640211^696340^1^0.52^88.31^090012^2^400^094410^5^-100^091502^2^600^20260115^20^N^120455^98320^1804411',
    '2011840^0.02^1602244^88.68^0^^70900',
  ].join('^');

const figures = (count: number, figureOf: (index: number) => number): string =>
  Array.from({ length: count }, (_none, index) => String(figureOf(index))).join('^');

/** An order book of KIS, 59 fields. */
const book = (total: number): string =>
  [
    '005930^101502^0',
    figures(10, (level) => 71_400 + 100 * level),
    figures(10, (level) => 71_300 - 100 * level),
    figures(20, (level) => 98_320 + 3_100 * level),
    `${String(total)}^1082200^0^0^0^0^1420877^-70800^5^-100.00^1420877^-120^455^0^0^0`,
  ].join('^');

/** The fields of type 0B, `name=value`, in the order of a recording. */
const values0B =
  '20=151958 10=+71300 11=+300 12=+0.42 27=+71300 28=+71200 15=+120 14=660509 16=-70900 17=+71500 18=-70600 25=2 26=-1312445 ' +
  '29=-96499865200 30=-12.40 31=0.16 32=152 228=98.41 311=4214782 290=2 691=0 567=000000 568=000000 851=87 1890=090008 ' +
  '1891=101532 1892=133011 1030=4668120 1031=4595015 1032=-49.61 1071=41230 1072=40877 1313=+8556 1315=0 1316=+120 ' +
  '1314=+120 1497=71300 1498=57040 620=71305 732=356 852=285 9081=KRX';

const fields0B = Object.fromEntries(
  values0B.split(' ').map((field): [string, string] => {
    const [name = '', value = ''] = field.split('=');
    return [name, value];
  }),
);

const entry0B = (dayVolume: number): object => ({
  values: { ...fields0B, 13: String(dayVolume) },
  type: '0B',
  name: '주식체결',
  item: '005930',
});

const counted = <Made>(count: number, from: number, make: (dayVolume: number) => Made): Made[] =>
  Array.from({ length: count }, (_none, index) => make(from + index));

const kisFrame = (tr: string, records: readonly string[]): string =>
  `0|${tr}|${String(records.length).padStart(3, '0')}|${records.join('^')}`;

export interface Kind {
  readonly name: string;
  readonly broker: 'kis' | 'kiwoom';
  readonly recordsPerFrame: number;
  /** Whether the bar is for it: trades of KIS. */
  readonly barred: boolean;
  /** `from`: the first of its figures, so that no two frames are the same text. */
  readonly frame: (from: number) => string;
}

const kisTrades = (recordsPerFrame: number): Kind => ({
  name: `KIS H0STCNT0, ${String(recordsPerFrame)} a frame`,
  broker: 'kis',
  recordsPerFrame,
  barred: true,
  frame: (from) => kisFrame('H0STCNT0', counted(recordsPerFrame, from, trade)),
});

const kiwoomTrades = (recordsPerFrame: number): Kind => ({
  name: `Kiwoom 0B, ${String(recordsPerFrame)} a frame`,
  broker: 'kiwoom',
  recordsPerFrame,
  barred: false,
  frame: (from) => JSON.stringify({ data: counted(recordsPerFrame, from, entry0B), trnm: 'REAL' }),
});

export const kinds: readonly Kind[] = [
  kisTrades(1),
  kisTrades(4),
  kisTrades(20),
  {
    name: 'KIS H0STASP0, 1 a frame',
    broker: 'kis',
    recordsPerFrame: 1,
    barred: false,
    frame: (from) => kisFrame('H0STASP0', [book(from)]),
  },
  kiwoomTrades(1),
  kiwoomTrades(4),
];
