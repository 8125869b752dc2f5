import { expect, test } from 'vitest';

import type { WindowSpec } from '../../src/queue/payload.js';
import { joined } from '../../src/window/join.js';

const today = '2026-11-23';

const windowOf = (broker: 'kis' | 'kiwoom', from: string, to = from, symbol = '005930'): WindowSpec => ({
  id: `auto.${symbol}.KRX.1m.${from === to ? from : `${from}_${to}`}`,
  ...{ broker, symbol, venue: 'KRX', interval: '1m', from, to },
  estimatedCalls: broker === 'kis' ? 4 : 3,
});
const ids = (windows: readonly WindowSpec[]): string[] =>
  windows.map(({ broker, symbol, from, to }) => [broker, symbol, from, to].join(' '));

test('a plan beside nothing stays as it is', () => {
  const planned = [windowOf('kis', '2026-11-02'), windowOf('kiwoom', '2026-11-03', '2026-11-06')];
  expect(joined(planned, [], today)).toEqual(planned);
});

test('the same window with the other broker is waited for there', () => {
  expect(ids(joined([windowOf('kis', '2026-11-02')], [windowOf('kiwoom', '2026-11-02')], today))).toEqual([
    'kiwoom 005930 2026-11-02 2026-11-02',
  ]);
});

test('days that are on their way are taken out of what is planned', () => {
  const planned = [
    windowOf('kis', '2026-11-02'),
    windowOf('kis', '2026-11-03'),
    windowOf('kiwoom', '2026-11-04', '2026-11-10'),
  ];
  const onTheWay = [windowOf('kiwoom', '2026-11-03', '2026-11-05')];
  const windows = joined(planned, onTheWay, today);
  expect(ids(windows)).toEqual([
    'kiwoom 005930 2026-11-03 2026-11-05',
    'kis 005930 2026-11-02 2026-11-02',
    'kiwoom 005930 2026-11-06 2026-11-10',
  ]);
  expect(windows.at(-1)).toMatchObject({ id: 'auto.005930.KRX.1m.2026-11-06_2026-11-10', estimatedCalls: 2 });
});

test('a window in the middle leaves both ends', () => {
  const windows = joined([windowOf('kiwoom', '2026-11-02', '2026-11-10')], [windowOf('kis', '2026-11-04')], today);
  expect(ids(windows)).toEqual([
    'kis 005930 2026-11-04 2026-11-04',
    'kiwoom 005930 2026-11-02 2026-11-03',
    'kiwoom 005930 2026-11-05 2026-11-10',
  ]);
});

test('windows of other series and other days are none of ours', () => {
  const planned = [windowOf('kis', '2026-11-02')];
  const others = [windowOf('kis', '2026-11-03'), windowOf('kiwoom', '2026-11-02', '2026-11-02', '000660')];
  expect(joined(planned, others, today)).toEqual(planned);
});
