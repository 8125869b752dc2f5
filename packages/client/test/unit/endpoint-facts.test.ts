import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import type { Endpoint, Origin } from '../../src/broker/contract.js';
import { kisEndpoints } from '../../src/broker/kis/catalogue.generated.js';
import { kiwoomEndpoints } from '../../src/broker/kiwoom/catalogue.generated.js';

const kisAll = Object.values<Endpoint>(kisEndpoints);
const kiwoomAll = Object.values<Endpoint>(kiwoomEndpoints);
const all = [...kisAll, ...kiwoomAll];

const registry = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../registry/${name}.json`, import.meta.url), 'utf8'));

describe('what is known of an endpoint', () => {
  it('says how sure it is, where it comes from, and from when', () => {
    for (const { name, facts } of all) {
      for (const [kind, { certainty, source, date }] of Object.entries<Origin>({ ...facts })) {
        expect(['official', 'observed', 'uncertain'], `${name} ${kind}`).toContain(certainty);
        expect(source.length, `${name} ${kind}`).toBeGreaterThan(10);
        expect(date, `${name} ${kind}`).toMatch(/^202\d-\d{2}-\d{2}$/);
      }
    }
  });

  it('has the kind of paging and the cost of every endpoint', () => {
    for (const { facts } of kisAll) expect(facts.cost).toMatchObject({ calls: 1, of: 'key' });
    for (const { facts } of kiwoomAll) expect(facts.cost).toMatchObject({ calls: 1, of: 'id' });
    for (const { facts } of all) expect(facts.continuation).toBeDefined();
    expect(kisEndpoints['domestic-stock/inquire-balance'].facts.continuation?.certainty).toBe('official');
    expect(kisEndpoints['domestic-stock/volume-rank'].facts.continuation?.certainty).not.toBe('observed');
    expect(kiwoomEndpoints.ka10080.facts.continuation?.certainty).toBe('observed');
    expect(kiwoomEndpoints.ka10016.facts.continuation?.certainty).toBe('uncertain');
  });

  it('has the rows of a page where a list names them, and nowhere else', () => {
    expect(kisEndpoints['domestic-stock/inquire-balance'].facts.rowsPerPage).toMatchObject({ real: 50, paper: 20 });
    expect(kiwoomEndpoints.ka10081.facts.rowsPerPage).toMatchObject({ real: 600, certainty: 'observed' });
    expect(kiwoomEndpoints.ka10082.facts.rowsPerPage).toMatchObject({ real: 300, certainty: 'uncertain' });
    expect(kiwoomEndpoints.ka10016.facts).not.toHaveProperty('rowsPerPage');
    const { endpoints } = registry('kiwoom-endpoints') as { endpoints: { apiId: string; rowsPerPage?: object }[] };
    const listed = endpoints.filter(({ rowsPerPage }) => rowsPerPage !== undefined).map(({ apiId }) => apiId);
    const told = kiwoomAll.filter(({ facts }) => facts.rowsPerPage !== undefined).map(({ name }) => name);
    expect(told).toEqual(listed);
  });

  it('has how far back answers reach where that is on record, and nothing where it is not', () => {
    const { retention } = kisEndpoints['domestic-stock/inquire-time-dailychartprice'].facts;
    expect(retention).toMatchObject({ reaches: 365, unit: 'days', certainty: 'observed' });
    expect(kiwoomEndpoints.ka10080.facts.retention).toMatchObject({ reaches: 92, atLeast: true });
    expect(kisEndpoints['domestic-stock/inquire-daily-itemchartprice'].facts).not.toHaveProperty('retention');
    expect(all.filter(({ facts }) => facts.retention !== undefined)).toHaveLength(9);
  });

  it('has the pace that a broker asks for', () => {
    const daily = { calls: 1, windowMs: 86_400_000, certainty: 'official' };
    expect(kisEndpoints['domestic-stock/chk-holiday'].facts.pace).toMatchObject(daily);
    expect(all.filter(({ facts }) => facts.pace !== undefined)).toHaveLength(2);
  });
});

interface Listed {
  readonly rest: readonly { readonly method: string; readonly path: string; readonly group: string }[];
  readonly endpoints: readonly { readonly apiId: string; readonly mutating?: boolean }[];
}

describe('what may be repeated', () => {
  it('of KIS is what is read with GET, by the broker’s own list', () => {
    const { rest } = registry('kis-endpoints') as Listed;
    const posted = new Set(rest.filter(({ method }) => method === 'POST').map(({ path }) => path));
    expect(posted.size).toBe(22);
    for (const { name, path, method, replayable, continuation } of kisAll) {
      expect([name, method === 'POST', replayable]).toEqual([name, posted.has(path), !posted.has(path)]);
      if (!replayable) expect([name, continuation]).toEqual([name, 'none']);
    }
  });

  it('of Kiwoom is what does not place, change or cancel an order, by the broker’s own list', () => {
    const { endpoints } = registry('kiwoom-endpoints') as Listed;
    const mutating = new Set(endpoints.filter((each) => each.mutating === true).map(({ apiId }) => apiId));
    expect(mutating.size).toBe(12);
    for (const { name, replayable, continuation } of kiwoomAll) {
      expect([name, replayable]).toEqual([name, !mutating.has(name)]);
      if (!replayable) expect([name, continuation]).toEqual([name, 'none']);
    }
    // Whatever the list says of them: what is under these paths are orders.
    for (const { name, path, replayable } of kiwoomAll) {
      if (/\/(ordr|crdordr)$/.test(path)) expect([name, replayable]).toEqual([name, false]);
    }
  });
});
