// What an editor offers to write instead: the same call through the hub, or nothing at all.
import { describe, expect, it } from 'vitest';

import { suggested } from '../../support/suggestions.js';

const kis = 'https://openapi.koreainvestment.com:9443';
const price = `${kis}/uapi/domestic-stock/v1/quotations/inquire-price`;
const query = 'FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=005930';
const kisCall = "hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' })";
const info = 'https://api.kiwoom.com/api/dostk/stkinfo';
const kiwoom = `{ method: 'POST', headers: { 'api-id': 'ka10001' }, body: JSON.stringify({ stk_cd: code }) }`;

/** The file has a hub already, so that a case is the call alone. */
const withHub = (code: string): string => `import { hub } from './hub.js';\n${code}`;
const outputOf = (code: string, options?: { ts: boolean }): string | undefined =>
  suggested(withHub(code), options)?.output.replace(/^.*\n/, '');

describe('the call', () => {
  it.each([
    ['literal', `await fetch('${price}?${query}');`, `await ${kisCall};`],
    [
      'template: an address makes strings, the hub wants them',
      `await fetch(\`${price}?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=\${code}\`);`,
      `await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: String(code) });`,
    ],
    [
      'what is a string already, encoded, put together',
      `await fetch(\`${price}?FID_COND_MRKT_DIV_CODE=\${'J'}&FID_INPUT_ISCD=\${encodeURIComponent(code.trim())}\`);
await fetch(\`${price}?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=A\${code}%20B\`);`,
      `await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code.trim() });
await fetch(\`${price}?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=A\${code}%20B\`);`,
    ],
    [
      'text around a value',
      `await fetch(\`${price}?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=A\${code}%20B\`);`,
      `await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: \`A\${code} B\` });`,
    ],
    [
      'concatenation on a base that is chosen, names in lower case',
      `const REAL = '${kis}', PAPER = 'https://openapivts.koreainvestment.com:29443';
await fetch((paper ? PAPER : REAL) + '/uapi/domestic-stock/v1/quotations/inquire-price?fid_cond_mrkt_div_code=J&fid_input_iscd=' + code);`,
      `const REAL = '${kis}', PAPER = 'https://openapivts.koreainvestment.com:29443';
await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: String(code) });`,
    ],
    [
      'base from the environment, search parameters in a constant, headers that the hub sets itself',
      `async function price(code) {
  const query = new URLSearchParams({ FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code });
  const headers = { authorization: \`Bearer \${await token()}\`, appkey, appsecret, tr_id: 'FHKST01010100', custtype: 'P' };
  const url = \`\${process.env.BASE}/uapi/domestic-stock/v1/quotations/inquire-price?\${query}\`;
  await fetch(url, { headers });
}`,
      `async function price(code) {
  const headers = { authorization: \`Bearer \${await token()}\`, appkey, appsecret, tr_id: 'FHKST01010100', custtype: 'P' };
  await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code });
}`,
    ],
    [
      'options in a constant that goes with the call',
      `export async function price() {
  const options = { headers: { authorization: \`Bearer \${await token()}\` } };
  await fetch('${price}?${query}', options);
}`,
      `export async function price() {
  await ${kisCall};
}`,
    ],
    [
      'one path with several operations, told by the TR; the account stays',
      `await fetch('${kis}/uapi/domestic-stock/v1/trading/order-cash', {
  method: 'POST',
  headers: { ...base, tr_id: paper ? 'VTTC0012U' : 'TTTC0012U' },
  body: JSON.stringify({ CANO: cano, ACNT_PRDT_CD: '01', PDNO: code, ORD_DVSN: '00', ORD_QTY: qty, ORD_UNPR: '0' }),
});
const base = { 'content-type': 'application/json', authorization: token };`,
      `await hub.kis.call('order-cash-buy', { CANO: cano, ACNT_PRDT_CD: '01', PDNO: code, ORD_DVSN: '00', ORD_QTY: qty, ORD_UNPR: '0' });
const base = { 'content-type': 'application/json', authorization: token };`,
    ],
    ['Kiwoom', `await fetch('${info}', ${kiwoom});`, `await hub.kiwoom.call('ka10001', { stk_cd: code });`],
    [
      'a signal',
      `await fetch('${price}?${query}', { signal, cache: 'no-store' });`,
      `await ${kisCall.slice(0, -1)}, { signal });`,
    ],
    [
      'axios.get',
      `import axios from 'axios';
const { data, status } = await axios.get('${price}', { params: { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code }, timeout: 5000 });`,
      `import axios from 'axios';
const { body: data, status } = await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code }, { timeoutMs: 5000 });`,
    ],
    [
      'axios.post and axios({ … })',
      `import axios from 'axios';
await axios.post('${info}', { stk_cd: code }, { headers: { 'api-id': 'ka10001', 'cont-yn': 'N', 'next-key': '' } });`,
      `import axios from 'axios';
await hub.kiwoom.call('ka10001', { stk_cd: code });`,
    ],
    [
      'a request object',
      `import axios from 'axios';
await axios({ method: 'post', baseURL: 'https://mockapi.kiwoom.com', url: '/api/dostk/stkinfo', data: { stk_cd: code }, headers: { 'api-id': 'ka10001' } });`,
      `import axios from 'axios';
await hub.kiwoom.call('ka10001', { stk_cd: code });`,
    ],
    [
      'an instance',
      `import axios from 'axios';
const client = axios.create({ baseURL: '${kis}', headers: { appkey, appsecret } });
await client.get('/uapi/domestic-stock/v1/quotations/inquire-price', { params: { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code } });`,
      `import axios from 'axios';
const client = axios.create({ baseURL: '${kis}', headers: { appkey, appsecret } });
await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code });`,
    ],
    [
      'an instance with a part of the path',
      `import axios from 'axios';
const client = axios.create({ baseURL: '${kis}/uapi/domestic-stock/v1' });
await client.get('quotations/inquire-price', { params: { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code } });`,
      `import axios from 'axios';
const client = axios.create({ baseURL: '${kis}/uapi/domestic-stock/v1' });
await hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code });`,
    ],
  ])('%s', (_title, code, output) => {
    expect(outputOf(code)).toBe(output);
  });

  it('takes a string for a string where its type says so', () => {
    const code = `export const f = async (code: string, n: number) =>
  await fetch(\`${price}?FID_COND_MRKT_DIV_CODE=\${n}&FID_INPUT_ISCD=\${code}\`);`;
    expect(outputOf(code, { ts: true })).toBeUndefined(); // the response is handed on
    expect(outputOf(code.replace('=>\n', '=> {\n').replace(/;$/, ';\n}'), { ts: true })).toContain(
      'FID_COND_MRKT_DIV_CODE: String(n), FID_INPUT_ISCD: code }',
    );
  });
});

describe('what is done with the response', () => {
  it.each([
    [`const d = await (await fetch(URL_)).json();`, `const d = (await HUB_).body;`],
    [`const r = await fetch(URL_);\nuse(await r.json(), r.status);`, `const r = await HUB_;\nuse(r.body, r.status);`],
    [
      `const r = await fetch(URL_);\nif (!r.ok) throw new Error('no');\nuse(await r.json());`,
      `const r = await HUB_;\nuse(r.body);`,
    ],
    [`const f = () => fetch(URL_).then((r) => r.json());`, `const f = () => HUB_.then((r) => r.body);`],
    [
      `const f = () => fetch(URL_).then((r) => { if (!r.ok) { throw r.status; } return r.json(); });`,
      `const f = () => HUB_.then((r) => { return r.body; });`,
    ],
    [
      `const f = async () => { const r = await fetch(URL_); return r.json(); }`,
      `const f = async () => { const r = await HUB_; return r.body; }`,
    ],
  ])('%s', (code, output) => {
    const of = (text: string): string => text.replace('URL_', `'${price}?${query}'`).replace('HUB_', kisCall);
    expect(outputOf(of(code))).toBe(of(output));
  });

  it.each([
    [
      `const r = await axios.get(URL_);\nuse(r.data.output, r.headers.tr_cont);`,
      `const r = await HUB_;\nuse(r.body.output, r.headers.tr_cont);`,
    ],
    [`const d = (await axios.get(URL_)).data;`, `const d = (await HUB_).body;`],
    [`const f = () => axios.get(URL_).then(({ data: d }) => d);`, `const f = () => HUB_.then(({ body: d }) => d);`],
  ])('%s', (code, output) => {
    const of = (text: string): string =>
      `import axios from 'axios';\n${text.replace('URL_', `'${price}?${query}'`).replace('HUB_', kisCall)}`;
    expect(outputOf(of(code))).toBe(of(output));
  });

  it.each([
    `export const f = () => fetch(URL_);`, // handed on
    `const r = await fetch(URL_);\nuse(r);`,
    `const r = await fetch(URL_);\nuse(await r.text());`,
    `const r = await fetch(URL_);\nif (!r.ok) return null;\nuse(await r.json());`.replace(
      'return null',
      'console.error(r.status)',
    ),
    `const r = await fetch(URL_);\nif (r.status !== 200 || !r.ok) throw 1;`,
    `const r = await fetch(URL_);\nuse(r.headers.get('tr_cont'));`,
    `const r = await fetch(URL_);\nconst p = r.json();\nuse(p);`,
    `let r = await fetch(URL_);\nuse(await r.json());`,
    `const { ok } = await fetch(URL_);`,
    `const { headers } = await fetch(URL_);`,
    `if (await fetch(URL_)) done();`,
    `fetch(URL_).then((r) => { r = wrap(r); return r.json(); });`,
    `fetch(URL_).then(parse);`,
    `fetch(URL_).then((r) => r.json(), fail);`,
  ])('is more than an answer has: %s', (code) => {
    expect(outputOf(code.replace('URL_', `'${price}?${query}'`))).toBeUndefined();
  });
});

it('is not rewritten where a promise is returned from no function', () => {
  const code = `const r = await fetch('${price}?${query}');\nreturn r.json();`;
  expect(outputOf(code, { ts: true })).toBeUndefined();
});

describe('nothing is suggested where something would be lost, or is not certain', () => {
  it.each([
    ['a path that nobody knows', `await fetch(\`${kis}/uapi/domestic-stock/v1/quotations/\${name}?${query}\`);`],
    ['a path that the catalogue does not know', `await fetch('${kis}/uapi/domestic-stock/v1/quotations/no-such?A=1');`],
    [
      'one of two paths',
      `await fetch(\`${kis}\${now ? '/uapi/domestic-stock/v1/quotations/inquire-price' : '/uapi/x/y'}?${query}\`);`,
    ],
    [
      'one of two operations',
      `await fetch('${kis}/uapi/domestic-stock/v1/trading/order-cash', { method: 'POST', body: JSON.stringify({ PDNO: code, ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '0' }) });`,
    ],
    ['a parameter that the operation does not take', `await fetch('${price}?${query}&MORE=1');`],
    ['a parameter that is missing', `await fetch('${price}?FID_INPUT_ISCD=005930');`],
    ['a parameter twice', `await fetch('${price}?${query}&fid_input_iscd=1');`],
    ['a query that nobody knows', `await fetch(\`${price}?\${query}\`);`],
    ['a query from a variable that is changed', `let q = '${query}'; q += more; await fetch(\`${price}?\${q}\`);`],
    [
      'search parameters that grow',
      `const q = new URLSearchParams({}); q.set('A', 'B'); await fetch(\`${price}?\${q}\`);`,
    ],
    [
      'search parameters that are used twice',
      `const q = new URLSearchParams({ FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code }); await fetch(\`${price}?\${q}\`); log(q);`,
    ],
    [
      'search parameters of somebody else',
      `await fetch(\`${price}?\${new Query({ FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code })}\`);`,
    ],
    [
      'a name that means something else where the call is',
      `const q = new URLSearchParams({ FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code }); export async function f(code) { await fetch(\`${price}?\${q}\`); }`,
    ],
    [
      'a name that has another value by then',
      `let code = '1'; const q = new URLSearchParams({ FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code }); code = '2'; await fetch(\`${price}?\${q}\`);`,
    ],
    [
      'a value that is waited for once',
      `const q = new URLSearchParams({ FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: await ask() }); export async function f() { await fetch(\`${price}?\${q}\`); }`,
    ],
    [
      'a constant that others import',
      `export const q = new URLSearchParams({ FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '1' }); await fetch(\`${price}?\${q}\`);`,
    ],
    ['a Request', `await fetch(new Request('${info}', { signal }), ${kiwoom});`],
    ['a query within a constant', `const url = '${info}?more=1'; log(url); await fetch(url, ${kiwoom});`],
    [
      'parameters that are spread',
      `import axios from 'axios'; await axios.get('${price}', { params: { ...more, FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: code } });`,
    ],
    ['a URL object', `const u = new URL('${price}'); u.searchParams.set('A', '1'); await fetch(u);`],
    ['a further page', `await fetch('${price}?${query}', { headers: { tr_cont: 'N' } });`],
    ['a company', `await fetch('${price}?${query}', { headers: { custtype: 'B' } });`],
    ['a header of somebody else', `await fetch('${price}?${query}', { headers: { 'x-trace': id } });`],
    ['headers that nobody knows', `await fetch('${price}?${query}', { headers: headersFor('FHKST01010100') });`],
    ['headers that grow', `const h = {}; h['x-trace'] = id; await fetch('${price}?${query}', { headers: h });`],
    ['the TR of another operation', `await fetch('${price}?${query}', { headers: { tr_id: 'FHKST01010300' } });`],
    ['options that nobody knows', `await fetch('${price}?${query}', options);`],
    ['an option with a meaning of its own', `await fetch('${price}?${query}', { next: { revalidate: 60 } });`],
    ['a cache', `await fetch('${price}?${query}', { cache: 'force-cache' });`],
    ['a method that the operation does not have', `await fetch('${price}?${query}', { method: 'POST' });`],
    ['a body that is no JSON', `await fetch('${kis}/uapi/domestic-stock/v1/quotations/market-time', { body });`],
    ['a body that nobody knows', `await fetch('${info}', { method: 'POST', headers: { 'api-id': 'ka10001' }, body });`],
    [
      'an id that is not known',
      `await fetch('${info}', { method: 'POST', headers: { 'api-id': id }, body: JSON.stringify({ stk_cd: code }) });`,
    ],
    [
      'a second place of parameters',
      `import axios from 'axios'; await axios.get('${price}?${query}', { params: { MORE: '1' } });`,
    ],
    [
      'interceptors',
      `import axios from 'axios'; const c = axios.create({ baseURL: '${kis}' }); c.interceptors.request.use(sign); await c.get('/uapi/domestic-stock/v1/quotations/inquire-price?${query}');`,
    ],
    ['a long time', `import axios from 'axios'; await axios.get('${price}?${query}', { timeout: 60000 });`],
    ['another library', `import got from 'got'; await got.get('${price}?${query}');`],
    [
      'a relay',
      `/* eslint api-hub/no-direct-broker-call: ["error", { "extraHosts": ["relay.test"] }] */ await fetch('https://relay.test/uapi/domestic-stock/v1/quotations/inquire-price?${query}');`,
    ],
    [
      'a token',
      `await fetch('${kis}/oauth2/tokenP', { method: 'POST', body: JSON.stringify({ grant_type: 'client_credentials', appkey, appsecret }) });`,
    ],
  ])('%s', (_title, code) => {
    expect(outputOf(code)).toBeUndefined();
  });
});

describe('the hub', () => {
  const call = `await fetch('${price}?${query}');`;
  const made = "import { createHub } from '@hub/client';\n\nconst hub = createHub();";

  it.each([
    ['none', call, `${made}\n\nawait ${kisCall};`],
    [
      'none, behind imports',
      `import a from './a.js';\n\n${call}`,
      `import a from './a.js';\n${made}\n\nawait ${kisCall};`,
    ],
    [
      'none, in a script of CommonJS',
      `const a = require('./a');\n(async () => { ${call} })();`,
      `const { createHub } = require('@hub/client');\n\nconst hub = createHub();\n\nconst a = require('./a');\n(async () => { await ${kisCall}; })();`,
    ],
    [
      'none, behind a directive',
      `'use strict';\nimport './a.js';\n${call}`,
      `'use strict';\nimport './a.js';\n${made}\nawait ${kisCall};`,
    ],
    [
      'one of another name',
      `import { createHub } from '@hub/client';\nconst brokers = createHub();\n${call}`,
      `import { createHub } from '@hub/client';\nconst brokers = createHub();\nawait ${kisCall.replace('hub', 'brokers')};`,
    ],
    [
      'one that is given',
      `export const f = async (hub) => { ${call} };`,
      `export const f = async (hub) => { await ${kisCall}; };`,
    ],
    [
      'one of the class',
      `export class A { hub = make(); async f() { ${call} } }`,
      `export class A { hub = make(); async f() { await this.${kisCall}; } }`,
    ],
  ])('%s', (_title, code, output) => {
    expect(suggested(code)?.output).toBe(output);
  });

  it.each([
    ['another thing of that name', `const hub = new EventHub();\n${call}`],
    ['a browser', `'use client';\n${call}`],
  ])('%s: nothing', (_title, code) => {
    expect(suggested(code)).toBeNull();
  });

  it('is told of in words', () => {
    expect(suggested(withHub(call))?.message).toBe(
      "Make it hub.kis.call('inquire-price', …); what the broker refuses is thrown as a HubError.",
    );
    expect(suggested(call)?.message).toBe(
      "Make it hub.kis.call('inquire-price', …) of a new hub in this file; what the broker refuses is thrown as a HubError.",
    );
  });
});
