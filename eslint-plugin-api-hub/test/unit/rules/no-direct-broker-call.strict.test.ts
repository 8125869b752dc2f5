// Evidence that only `strict` takes: each of these is silent by default.
import { bad, good, runRule } from '../../support/rule-cases.js';

const weak = {
  'call@1': [
    // a header by its name
    `fetch(url, { headers: { tr_id: id } });`,
    `fetch(url, { headers: { 'api-id': id } });`,
    // the end of a path
    `fetch(\`\${base}/quotations/inquire-price\`);`,
    // the name of what the address is kept in
    `fetch(process.env.KIS_BASE_URL + path);`,
    `fetch(\`\${config.kiwoom.host}/x\`);`,
    `fetch(config.get('KIWOOM_API_URL'));`,
    `new WebSocket(settings.kisWsUrl);`,
  ],
  'wrapper@1': [
    `request('quotations/inquire-price', params);`,
    `request('FHKST01010100', params);`,
    `client.send({ body }, 'ka10001');`,
    `kisGet('/price');`,
    `this.kiwoomApi.post('/stkinfo', body);`,
  ],
} as const;

const never = [
  `fetch(\`https://api.example.com/quotations/inquire-price\`);`,
  `fetch('/api/kis/quotations/inquire-price');`,
  `fetch(process.env.API_URL + '/price');`,
  `fetch(kisses.url);`,
  `fetch(kisRow.link);`,
  `hub.kiwoom.call('ka10001', { stk_cd: code });`,
  `kisGet(code);`,
  `table.set('FHKST01010100', row);`,
  `request('quotations/inquire-nothing', params);`,
];

runRule('no-direct-broker-call', {
  invalid: Object.entries(weak).flatMap(([report, codes]) =>
    bad(report, ...codes).map((one) => ({ ...one, options: { evidence: 'strict' } })),
  ),
  valid: [
    ...Object.values(weak).flatMap((codes) => good(...codes)),
    ...good(...never).map((one) => ({ ...one, options: { evidence: 'strict' } })),
  ],
});
