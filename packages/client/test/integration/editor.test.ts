import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { openEditor, type Editor } from '../support/editor.js';

// What an editor shows while somebody types a call: asked of the language server that editors use, in a process of its own.

let editor: Editor;
beforeAll(() => {
  // In a folder of this package, so that the built one is found by its name.
  editor = openEditor(fileURLToPath(new URL('program.ts', import.meta.url)));
});
afterAll(() => editor.close());

const program = (line: string): string => `import { createHub } from '@hub/client';
const hub = createHub();
${line}
`;

it('names of endpoints are offered, by their area and without it', async () => {
  const names = await editor.completions(program("await hub.kis.call('|"));
  expect(names).toEqual(
    expect.arrayContaining(['inquire-price', 'domestic-stock/inquire-price', 'overseas-stock/inquire-balance']),
  );
  expect(names).not.toContain('order');
  expect(names.length).toBeGreaterThan(299);
});

it('ids of Kiwoom are offered, and their English names', async () => {
  const names = await editor.completions(program("await hub.kiwoom.call('|"));
  expect(names).toEqual(expect.arrayContaining(['ka10080', 'stock-minute-chart', 'kt10000', 'stock-buy-order']));
  expect(names).toHaveLength(2 * 182);
});

it('what paper trading does not offer is not offered to a hub of paper', async () => {
  const paper = "createHub({ kis: { environment: 'paper' } }).kis.call('|";
  const names = await editor.completions(program(`await ${paper}`));
  expect(names).toContain('inquire-price');
  expect(names).not.toContain('chk-holiday');
});

it('the parameters of an endpoint are offered, with what the broker says of each', async () => {
  const text = program("await hub.kis.call('inquire-price', { | });");
  expect(await editor.completions(text)).toEqual(['FID_COND_MRKT_DIV_CODE', 'FID_INPUT_ISCD']);
  expect(await editor.documentation(text, 'FID_COND_MRKT_DIV_CODE')).toMatch(/시장.*J/);
});

it('parameters that the hub fills in are offered as well, and those of another endpoint are not', async () => {
  const names = await editor.completions(program("await hub.kis.call('order-cash-buy', { PDNO: '005930', | });"));
  expect(names).toEqual(expect.arrayContaining(['ORD_DVSN', 'ORD_QTY', 'ORD_UNPR', 'CANO']));
  expect(names).not.toContain('FID_INPUT_ISCD');
});

it('the fields of an answer are offered, with their Korean labels', async () => {
  const call = "await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' })";
  const text = program(`(${call}).body.output?.|`);
  expect(await editor.completions(text)).toEqual(expect.arrayContaining(['stck_prpr', 'acml_vol']));
  expect(await editor.documentation(text, 'stck_prpr')).toContain('현재가');
});

it('so are those of a row of Kiwoom, by its English name', async () => {
  const call = "await hub.kiwoom.call('stock-minute-chart', { stk_cd: '1', tic_scope: '1', upd_stkpc_tp: '1' })";
  const text = program(`(${call}).body.stk_min_pole_chart_qry?.[0]?.|`);
  expect(await editor.completions(text)).toEqual(expect.arrayContaining(['cur_prc', 'cntr_tm']));
  expect(await editor.documentation(text, 'cntr_tm')).toContain('시간');
});
