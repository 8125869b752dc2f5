import type { Endpoint } from '../contract.js';

const same = (tr: string): Endpoint['tr'] => ({ real: tr, paper: tr });

const query = (
  name: string,
  group: 'chart' | 'stkinfo' | 'acnt',
  required: readonly string[],
  continuation: Endpoint['continuation'],
  optional: readonly string[] = [],
): Endpoint => ({
  name,
  method: 'POST', // every id of Kiwoom, queries too (official)
  path: `/api/dostk/${group}`,
  tr: same(name),
  required,
  optional,
  replayable: true,
  inquiry: name,
  continuation,
});

/** Never paged: a second page would send the order again (observed). */
const order = (name: string): Endpoint => ({
  name,
  method: 'POST',
  path: '/api/dostk/ordr',
  tr: same(name),
  required: ['dmst_stex_tp', 'stk_cd', 'ord_qty', 'trde_tp'],
  optional: ['ord_uv', 'cond_uv'],
  replayable: false,
  inquiry: 'kt00007',
  continuation: 'none',
});

/** The operations of Kiwoom that the hub knows, from the workbook of 2026-05-07. The name is the api-id. */
export const kiwoomCatalogue = {
  /** Stock information. */
  ka10001: query('ka10001', 'stkinfo', ['stk_cd'], 'none'),
  /** Latest trades. */
  ka10003: query('ka10003', 'stkinfo', ['stk_cd'], 'cursor'),
  /** All orders of a day, filled or not. */
  kt00007: query('kt00007', 'acnt', ['qry_tp', 'stk_bond_tp', 'sell_tp', 'dmst_stex_tp'], 'cursor', [
    'ord_dt',
    'stk_cd',
    'fr_ord_no',
  ]),
  /** Orders that are not filled yet. */
  ka10075: query('ka10075', 'acnt', ['all_stk_tp', 'trde_tp', 'stex_tp'], 'cursor', ['stk_cd']),
  /** Tick chart. */
  ka10079: query('ka10079', 'chart', ['stk_cd', 'tic_scope', 'upd_stkpc_tp'], 'cursor'),
  /** Minute chart. `base_dt` is in newer editions only, and works (observed). */
  ka10080: query('ka10080', 'chart', ['stk_cd', 'tic_scope', 'upd_stkpc_tp'], 'cursor', ['base_dt']),
  /** Daily chart. */
  ka10081: query('ka10081', 'chart', ['stk_cd', 'base_dt', 'upd_stkpc_tp'], 'cursor'),
  /** Trades of today or of the day before. */
  ka10084: query('ka10084', 'stkinfo', ['stk_cd', 'tdy_pred', 'tic_min'], 'cursor', ['tm']),
  /** Several stocks at once, at most 100. */
  ka10095: query('ka10095', 'stkinfo', ['stk_cd'], 'cursor'),
  /** Buy. */
  kt10000: order('kt10000'),
  /** Sell. */
  kt10001: order('kt10001'),
} as const satisfies Record<string, Endpoint>;

export type KiwoomEndpointName = keyof typeof kiwoomCatalogue;
