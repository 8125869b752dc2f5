import { describe, expect, it } from 'vitest';

import { offlineHub, ok } from '../../support/offline-hub.js';
import { dayRow, minuteRow } from '../../support/sample.js';

const now = '2026-11-23T10:00:00+09:00';
const day = { symbol: '005930', venue: 'KRX', from: '2026-11-20', to: '2026-11-20' } as const;

const barsOf = async (
  broker: 'kis' | 'kiwoom',
  interval: '1m' | '1d',
  body: Readonly<Record<string, unknown>>,
): Promise<number> => {
  const { hub } = offlineHub(() => ok(body), { now });
  let bars = 0;
  for await (const { volume } of hub.candles({ ...day, broker, interval })) bars += Math.sign(volume);
  return bars;
};

const kis = (output2: unknown) => ({
  output1: { hts_kor_isnm: '삼성전자' },
  output2,
  rt_cd: '0',
  msg_cd: 'MCA00000',
  msg1: '',
});

describe('a row that cannot be read', () => {
  const rows = { '1m': minuteRow('20261120', '100000'), '1d': dayRow('20261120') };
  const { stck_bsop_date: _minute, ...undatedMinute } = rows['1m'];
  const { stck_bsop_date: _day, ...undatedDay } = rows['1d'];

  it.each(['1m', '1d'] as const)('of %s is no empty one: what is lost in silence would be a hole', async (interval) => {
    const undated = interval === '1m' ? undatedMinute : undatedDay;
    for (const lost of [null, 'x', 7, [], [rows[interval]], undated, { ...undated, stck_bsop_date: '2026112' }]) {
      await expect(barsOf('kis', interval, kis([rows[interval], lost])), JSON.stringify(lost)).rejects.toMatchObject({
        code: 'HUB_ANSWER_UNREADABLE',
      });
    }
  });

  it.each(['1m', '1d'] as const)('of %s is passed over when nothing is in it', async (interval) => {
    const blank = Object.fromEntries(Object.keys(rows[interval]).map((field) => [field, ' ']));
    expect(await barsOf('kis', interval, kis([rows[interval], {}, blank]))).toBe(1);
  });
});

describe('a list that is not there', () => {
  it.each([undefined, null, {}, 'x'])('is no empty list of KIS: %j', async (list) => {
    await expect(barsOf('kis', '1m', kis(list))).rejects.toMatchObject({ code: 'HUB_ANSWER_UNREADABLE' });
  });

  it('is one where Kiwoom says that it found nothing, and only there', async () => {
    const nothing = { return_code: 20, return_msg: '조회결과가 없습니다' };
    expect(await barsOf('kiwoom', '1m', nothing)).toBe(0);
    await expect(barsOf('kiwoom', '1m', { return_code: 0, return_msg: '' })).rejects.toMatchObject({
      code: 'HUB_ANSWER_UNREADABLE',
    });
  });
});
