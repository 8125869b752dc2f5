// What a report says and where it stands.
import { Linter } from 'eslint';
import { expect, it } from 'vitest';

import apiHub from 'eslint-plugin-api-hub';

const kis = 'https://openapi.koreainvestment.com:9443';

const reports = (code: string): readonly Linter.LintMessage[] => new Linter().verify(code, apiHub.configs.recommended);
const messageOf = (code: string): string => reports(code)[0]?.message ?? '';

it('names broker, evidence and the hub call', () => {
  expect(messageOf(`fetch('${kis}/uapi/domestic-stock/v1/quotations/inquire-price?a=1');`)).toBe(
    'This goes to KIS past the hub (openapi.koreainvestment.com:9443/uapi/domestic-stock/v1/quotations/inquire-price). ' +
      "Use hub.kis.call('inquire-price', …).",
  );
  expect(messageOf(`brokerPost('/api/dostk/stkinfo', 'ka10001', body);`)).toBe(
    "brokerPost() is handed an address of Kiwoom (/api/dostk/stkinfo), past the hub. Use hub.kiwoom.call('ka10001', …).",
  );
  expect(messageOf(`export const base = 'https://api.kiwoom.com';`)).toBe(
    'An address of Kiwoom (api.kiwoom.com) is kept here, for calls past the hub. Use hub.kiwoom.call(<api-id>, …).',
  );
  expect(messageOf(`fetch(url, { headers: { tr_id: ' FHKST01010300' } });`)).toBe(
    "This goes to KIS past the hub (tr_id: FHKST01010300). Use hub.kis.call('inquire-ccnl', …).",
  );
});

it.each([
  [`fetch('${kis}/uapi/domestic-stock/v1/trading/order-cash');`, "hub.kis.call('order-cash-buy', …)"],
  [`fetch(\`${kis}/uapi/domestic-stock/v1/quotations/\${name}\`);`, 'hub.kis.call(<operation>, …)'],
  // the same last segment in another area, several operations of one path, one that the TR tells, one that is not listed
  [`fetch('${kis}/uapi/etfetn/v1/quotations/inquire-price');`, "hub.kis.call('etfetn/inquire-price', …)"],
  [`fetch('${kis}/uapi/overseas-stock/v1/trading/order', body);`, 'hub.kis.call(<operation>, …)'],
  [`send('/uapi/domestic-stock/v1/trading/order-cash', 'TTTC0012U');`, "Use hub.kis.call('order-cash-buy', …)."],
  [`fetch('${kis}/uapi/domestic-stock/v1/quotations/no-such-thing');`, 'hub.kis.call(<operation>, …)'],
  [`fetch('https://api.kiwoom.com/api/dostk/chart');`, 'hub.kiwoom.call(<api-id>, …)'],
  [`fetch('${kis}/oauth2/tokenP');`, 'issues one token'],
  [`fetch('${kis}/oauth2/revokeP');`, 'Leave it out'],
  [`fetch('${kis}/oauth2/Approval');`, 'approval key'],
  [`fetch('${kis}/uapi/hashkey');`, 'without a hash key'],
  [`fetch('https://api.kiwoom.com/oauth2/token');`, 'issues one token'],
  [`fetch('https://mockapi.kiwoom.com/api/dostk/chart', { headers: { 'api-id': 'ka10080' } });`, "call('ka10080', …)"],
  [`new WebSocket('ws://ops.koreainvestment.com:21000/tryitout');`, 'live feed'],
  [`new WebSocket('wss://api.kiwoom.com:10000/api/dostk/websocket');`, 'live feed'],
])('%s: %s', (code, instead) => {
  expect(messageOf(code)).toContain(instead);
});

it('names the wrapper as it is called', () => {
  expect(messageOf(`this.http.axiosRef.get('/uapi/hashkey');`)).toMatch(/^this\.http\.axiosRef\.get\(\) is handed/);
  expect(messageOf(`new Api('${kis}');`)).toMatch(/^new Api\(\) is handed/);
});

it('marks a call from its name to its address, without the body of a callback', () => {
  const code = `import https from 'node:https';\nhttps.get(\n  '${kis}/x',\n  (response) => {\n    done(response);\n  });`;
  expect(reports(code)).toMatchObject([{ line: 2, column: 1, endLine: 3, endColumn: 3 + kis.length + 4 }]);
});

it('marks the link of a chain that sends', () => {
  const code = `makeClient({\n  retry: 1,\n})\n  .get('/uapi/hashkey');`;
  expect(reports(code)).toMatchObject([{ line: 4, column: 4 }]);
});

it('refuses options that it does not know', () => {
  const verify = (options: object): unknown =>
    new Linter().verify('', [
      apiHub.configs.recommended,
      { rules: { 'api-hub/no-direct-broker-call': ['error', options] } },
    ]);
  expect(() => verify({ ignoreTests: true })).toThrow(/ignoreTests/);
  expect(() => verify({ extraHosts: ['https://relay.example.com/x'] })).toThrow(
    /https:\/\/relay\.example\.com\/x.* should match pattern/,
  );
  expect(verify({ extraHosts: ['relay.example.com'], allow: ['src/**'], checkTests: true })).toEqual([]);
});
