import { describe, expect, it } from 'vitest';

import { table } from '../../../src/terminal/table.js';
import { clip, displayWidth, padTo } from '../../../src/terminal/width.js';

describe('display width', () => {
  it.each([
    ['abc', 3],
    ['삼성전자', 8],
    ['SK하이닉스', 10],
    ['005930 → 삼성', 13],
    ['한글', 4], // decomposed, as file names of macOS are
    ['', 0],
  ])('%s takes %i columns', (text, columns) => {
    expect(displayWidth(text.normalize('NFD'))).toBe(columns);
    expect(displayWidth(text.normalize('NFC'))).toBe(columns);
  });

  it('pads by columns, not by characters', () => {
    expect(padTo('삼성', 6, 'left')).toBe('삼성  ');
    expect(padTo('삼성', 6, 'right')).toBe('  삼성');
  });

  it('cuts a wide character as a whole', () => {
    expect(clip('삼성전자', 6)).toBe('삼성…');
    expect(clip('삼성전자', 8)).toBe('삼성전자');
    expect(clip('abc', 0)).toBe('');
  });
});

describe('table', () => {
  const columns = [{ title: '종목' }, { title: 'rows', align: 'right' as const }];

  it('keeps columns straight around Korean names', () => {
    const lines = table(columns, [
      ['삼성전자', '1,905'],
      ['NAVER', '381'],
    ]);
    expect(lines).toEqual(['종목       rows', '────────  ─────', '삼성전자  1,905', 'NAVER       381']);
  });

  it('sets the total apart', () => {
    const lines = table(columns, [['a', '1']], { total: ['total', '1'] });
    expect(lines.slice(-2)).toEqual(['─────  ────', 'total     1']);
  });
});
