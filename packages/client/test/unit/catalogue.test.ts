import { describe, expect, it } from 'vitest';

import { kisCatalogue } from '../../src/broker/kis/catalogue.js';
import { kisEndpoints, kisShortNames } from '../../src/broker/kis/catalogue.generated.js';
import { nextPage } from '../../src/broker/kis/wire.js';
import { kiwoomCatalogue } from '../../src/broker/kiwoom/catalogue.js';
import { kiwoomAliases, kiwoomEndpoints } from '../../src/broker/kiwoom/catalogue.generated.js';
import type { Endpoint } from '../../src/broker/contract.js';

const kisAll: readonly Endpoint[] = Object.values(kisEndpoints);
const kiwoomAll: readonly Endpoint[] = Object.values(kiwoomEndpoints);

describe('the catalogue of KIS', () => {
  it('has every path but the four of the vault, and one endpoint per TR', () => {
    expect(new Set(kisAll.map(({ path }) => path)).size).toBe(276 - 4);
    // Two paths share one TR (HHDFO55020100).
    expect(new Set(kisAll.map(({ tr }) => tr.real)).size).toBe(kisAll.length - 1);
  });

  it('calls an endpoint by its area, and without it where that is clear or domestic', () => {
    expect(kisCatalogue['inquire-price']).toBe(kisCatalogue['domestic-stock/inquire-price']);
    expect(kisCatalogue['overseas-stock/inquire-balance'].tr.real).toBe('TTTS3012R');
    expect(kisCatalogue.dailyprice.path).toBe('/uapi/overseas-price/v1/quotations/dailyprice');
    expect(kisCatalogue).not.toHaveProperty('order');
    expect(kisCatalogue['pension/inquire-balance'].path).toBe(
      '/uapi/domestic-stock/v1/trading/pension/inquire-balance',
    );
  });

  it('shows each endpoint by the name that leads to it', () => {
    for (const endpoint of kisAll) expect(kisCatalogue).toHaveProperty([endpoint.name], endpoint);
    for (const endpoint of kisAll) expect(kisCatalogue).toHaveProperty([endpoint.inquiry]);
    expect(Object.keys(kisShortNames).length).toBeGreaterThan(200);
  });

  it('never repeats what is not read, and never pages it', () => {
    const changing = kisAll.filter(({ replayable }) => !replayable);
    expect(changing.every(({ method }) => method === 'POST')).toBe(true);
    expect(new Set(changing.map(({ path }) => path)).size).toBe(22 - 4);
    expect(changing.filter(({ continuation }) => continuation !== 'none')).toEqual([]);
  });
});

describe('the catalogue of Kiwoom', () => {
  it('has every id of the REST API, by its id', () => {
    expect(kiwoomAll).toHaveLength(182);
    for (const [id, { name, tr }] of Object.entries(kiwoomEndpoints)) expect([name, tr.real]).toEqual([id, id]);
  });

  it('has an English name for every id, which leads to the same endpoint', () => {
    const aliases = Object.entries(kiwoomAliases);
    expect(aliases).toHaveLength(182);
    expect(new Set(aliases.map(([, id]) => id)).size).toBe(182);
    for (const [alias, id] of aliases) {
      expect(alias).toMatch(/^[a-z]+(-[a-z0-9]+)+$/);
      expect(kiwoomCatalogue[alias as keyof typeof kiwoomAliases]).toBe(kiwoomCatalogue[id]); // the same keys
      expect(kiwoomEndpoints[id].alias).toBe(alias);
    }
    expect(kiwoomCatalogue['stock-minute-chart'].name).toBe('ka10080');
  });

  it('knows the twelve ids that change something, and never pages them', () => {
    const changing = kiwoomAll.filter(({ replayable }) => !replayable);
    expect(changing).toHaveLength(12);
    expect(changing.filter(({ continuation }) => continuation !== 'none')).toEqual([]);
    expect(changing.filter(({ inquiry }) => !Object.hasOwn(kiwoomCatalogue, inquiry))).toEqual([]);
  });

  it('knows what the paper host refuses', () => {
    expect(kiwoomAll.filter(({ tr }) => tr.paper === null)).toHaveLength(12);
    expect(kiwoomCatalogue.ka01690.tr.paper).toBeNull();
  });
});

describe('the next page of KIS', () => {
  const page = { params: { SHT_CD: '005930', CTS: '' }, cursor: {} };
  const more = (value: string) => ({ tr_cont: value });
  const dividend = kisCatalogue['domestic-stock/dividend'];

  it('is behind the cursor of the answer, wherever it stands in it', () => {
    const endpoint = { ...dividend, continuation: 'cursor', cursorKeys: ['CTS'], moreWhen: ['M'] } as const;
    const next = { params: { SHT_CD: '005930', CTS: '42' }, cursor: { tr_cont: 'N' } };
    expect(nextPage(endpoint, page, { headers: more('M'), body: { cts: '42' } })).toEqual(next);
    expect(nextPage(endpoint, page, { headers: more('M'), body: { output1: { cts: '42' } } })).toEqual(next);
  });

  it('is not there where the header promises none, the cursor is empty or missing, or the page had no rows', () => {
    const endpoint = { ...dividend, continuation: 'cursor', cursorKeys: ['CTS'], moreWhen: ['M'] } as const;
    expect(nextPage(endpoint, page, { headers: more('F'), body: { cts: '42' } })).toBeUndefined();
    expect(nextPage(endpoint, page, { headers: {}, body: { cts: '42' } })).toBeUndefined();
    expect(nextPage(endpoint, page, { headers: more('M'), body: { cts: '  ' } })).toBeUndefined();
    expect(nextPage(endpoint, page, { headers: more('M'), body: {} })).toBeUndefined();
    expect(nextPage(endpoint, page, { headers: more('M'), body: { output1: [], cts: '42' } })).toBeUndefined();
  });

  it('of overseas futures is asked for in another mode', () => {
    const endpoint = kisCatalogue['overseas-futureoption/tick-ccnl'];
    const asked = { params: { QRY_TP: 'Q', INDEX_KEY: '' }, cursor: {} };
    const next = nextPage(endpoint, asked, {
      headers: more('M'),
      body: { output1: { index_key: 'K1' }, output2: [{}] },
    });
    expect(next?.params).toEqual({ QRY_TP: 'P', INDEX_KEY: 'K1' });
  });

  it('by a header alone asks for the same once more', () => {
    const endpoint = kisCatalogue['overseas-stock/inquire-present-balance'];
    const asked = { params: { CANO: '12345678' }, cursor: {} };
    expect(nextPage({ ...endpoint, cursorKeys: [], moreWhen: ['M'] }, asked, { headers: more('M'), body: {} })).toEqual(
      {
        params: asked.params,
        cursor: { tr_cont: 'N' },
      },
    );
  });
});
