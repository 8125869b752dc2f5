import { readFileSync } from 'node:fs';

import type { Answer } from '../../src/request/contract.js';

export type Body = Record<string, unknown>;
export type Row = Record<string, string>;

/** A sample answer of KIS, see test/samples/README.md. */
export const sampleText = (name: string): string =>
  readFileSync(new URL(`../samples/${name}.json`, import.meta.url), 'utf8');

export const sample = (name: string): Body => JSON.parse(sampleText(name)) as Body;

export const answerOf = (body: Body, receivedAt = 0, requestId = 'request-1'): Answer => ({
  status: 200,
  headers: {},
  body,
  receivedAt,
  requestId,
  tr: '',
  keyId: 'abc',
});

/** One row of a minute chart: `label` is HHMMSS; `dayValue` is cumulative. */
export const minuteRow = (day: string, label: string, more: Partial<Row> = {}): Row => ({
  stck_bsop_date: day,
  stck_cntg_hour: label,
  stck_prpr: '71500',
  stck_oprc: '71400',
  stck_hgpr: '71600',
  stck_lwpr: '71300',
  cntg_vol: '10',
  acml_tr_pbmn: '1000000',
  ...more,
});

export const dayRow = (day: string, more: Partial<Row> = {}): Row => ({
  stck_bsop_date: day,
  stck_clpr: '71500',
  stck_oprc: '71400',
  stck_hgpr: '71600',
  stck_lwpr: '71300',
  acml_vol: '1000',
  acml_tr_pbmn: '71500000',
  ...more,
});
