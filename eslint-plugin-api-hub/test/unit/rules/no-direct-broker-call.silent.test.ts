// Who only speaks of brokers is not reported.
import { type RuleCase, bad, good, goodTs, runRule } from '../../support/rule-cases.js';

const kis = 'https://openapi.koreainvestment.com:9443';
const price = '/uapi/domestic-stock/v1/quotations/inquire-price';
const call = `fetch('${kis}${price}');`;

const inFile = (filename: string, ...codes: readonly string[]): readonly RuleCase[] =>
  codes.map((code) => ({ code, filename }));

const allowed = (filename: string, ...allow: readonly string[]): RuleCase => ({
  code: call,
  filename,
  options: { allow },
});

runRule('no-direct-broker-call', {
  valid: [
    // comments and prose
    ...good(
      `// see ${kis}${price}\nexport {};`,
      `/** Calls ${kis}/oauth2/tokenP. @example fetch('${kis}') */\nexport {};`,
      `'${kis}';`,
      `export const hint = 'Open ${kis} in a browser';`,
      `show('Open ${kis} in a browser');`,
      `show('The path is ${price} as documented');`,
      `export const doc = \`# Title\n\nPOST ${kis}/oauth2/tokenP\n\`;`,
      `throw new Error('${kis} did not answer');`,
      `throw new BrokerError('${kis}${price}');`,
    ),
    // user interface
    ...inFile(
      'view.tsx',
      `export const a = <p>Host: ${kis}${price}</p>;`,
      `export const a = <a href="${kis}">portal</a>;`,
      `export const a = <a href={\`${kis}/intro\`}>portal</a>;`,
      `export const a = <Help text={'${kis}'} />;`,
      `export const a = createElement('a', { href: '${kis}' });`,
      `window.open('https://apiportal.koreainvestment.com');`,
      `export const a = () => open('${kis}/intro');`,
      `router.push('https://openapi.kiwoom.com');`,
    ),
    ...good(
      `reply.send({ url: '${kis}' });`,
      `response.json({ host: 'openapi.koreainvestment.com', ok: true });`,
      `export const handler = (req, res) => res.status(200).json({ broker: '${kis}' });`,
      `export const state = () => ({ broker: 'KIS', label: 'api.kiwoom.com' });`,
      `console.log('${kis}${price}');`,
      `this.logger.warn('${kis}${price}');`,
      `log.info({ url: '${kis}' });`,
      `alert('${kis}');`,
      `span.setAttribute('http.url', '${kis}');`,
      `calls.labels({ path: '/oauth2/tokenP' }).inc({ path: '${price}' });`,
      `new Limiter({ id: 'api.kiwoom.com', perSecond: 5 });`,
      `limiter.acquire('api.kiwoom.com');`,
      `isOrder('${price}'); matchesPath('${price}');`,
      `helmet({ directives: { connectSrc: ['self', '${kis}'] } });`,
      `hosts.findOne({ url: '${kis}' });`,
    ),
    // looking things up, comparing, building
    ...good(
      `const known = new Map(); known.get('${price}'); known.set('${price}', 1);`,
      `cache.get('${kis}${price}');`,
      `this.tokenCache.get('/oauth2/tokenP');`,
      `seen.has('${price}') || seen.add('${price}');`,
      `if (url.includes('openapi.koreainvestment.com')) skip();`,
      `if (url.startsWith('${kis}')) skip();`,
      `const parts = url.split('/uapi/domestic-stock/');`,
      `const ok = /x/.test('${price}');`,
      `expect(url).toBe('https://mockapi.kiwoom.com');`,
      `expect(fetch).toHaveBeenCalledWith('${kis}${price}', anything);`,
      `assert.equal(url, '${kis}');`,
      `vi.mock('${price}');`,
      `jest.fn().mockReturnValue('${kis}');`,
      `spy.mockResolvedValue({ url: '${kis}' });`,
      `describe('${price}', () => {});`,
    ),
    // the application's own back end, and other services
    ...good(
      `fetch('/api/kis/price?code=005930');`,
      `fetch('/api/broker/kiwoom');`,
      `fetch('/api/kis/oauth2/tokenP');`,
      `fetch('/proxy/kis${price}');`,
      `fetch('https://auth.example.com/oauth2/token', { method: 'POST' });`,
      `fetch('/oauth2/token');`,
      `fetch(base + '/oauth2/token'); // kiwoom has it as well, and so has everybody`,
      `axios.get('https://query1.finance.yahoo.com/v8/finance/chart/005930.KS'); // not koreainvestment`,
      `brokerGet('https://opendart.fss.or.kr/api/list.json?kiwoom');`,
      `fetch('https://notapi.kiwoom.com/x');`,
      `fetch('https://api.kiwoom.com.example.org/x');`,
      `fetch('https://my-api.kiwoom.company/x');`,
      `fetch('http://localhost:4000${price}');`,
      `fetch('http://127.0.0.1:4000/oauth2/tokenP');`,
      `fetch('https://api.telegram.org/bot/sendMessage', { body: '${kis}' });`,
      `fetch('/api/kis/x', { headers: { referer: '${kis}' } });`,
    ),
    // whoever serves these paths
    ...good(
      `app.get('${price}', (request, response) => response.end());`,
      `app.get('${price}', authorise, price); kisRouter.get('${price}', price);`,
      `router.post('/oauth2/tokenP', async (ctx) => {});`,
      `fastify.get('${price}', { schema }, async () => {});`,
      `server.listen('api.kiwoom.com');`,
      `import { http } from 'msw'; http.get('${kis}${price}', () => answer);`,
      `import nock from 'nock'; nock('${kis}').get('${price}').reply(200);`,
      `new WebSocketServer({ path: '/api/dostk/websocket' });`,
      `server.on('/tryitout', () => {});`,
    ),
    ...goodTs(
      `class Fake { @Get('${price}') price() {} }`,
      `@Controller('/oauth2/tokenP') class Fake {}`,
      `type Path = '${price}'; let path: Path;`,
      `const known: Map<string, number> = open(); known.get('${price}' as const);`,
      `function f(known: ReadonlyMap<string, number>) { return known.get('${price}'); }`,
    ),
    // the hub
    ...good(
      `import { createHub } from '@hub/client'; createHub({ kis: { baseUrl: '${kis}' } });`,
      `import { createHub } from '@hub/client'; const hub = createHub(); hub.kis.call('inquire-price', {}); // ${kis}`,
      `import { price } from './kis.js'; price('005930'); // reported in that file: ${kis}`,
    ),
    // tests, unless they are to be checked
    ...inFile('src/price.test.ts', call),
    ...inFile('src/price.spec.js', call),
    ...inFile('src/price.e2e-spec.ts', call),
    ...inFile('src/__tests__/price.js', call),
    ...inFile('src/__mocks__/kis.js', call),
    ...good(`import { vi } from 'vitest'; ${call}`, `import { test } from 'node:test'; ${call}`),
    // files that are the hub
    allowed('src/broker/kis.js', 'src/broker/**'),
    allowed('src/broker/kis.js', './src/broker/kis.js'),
    allowed('packages/client/src/broker/deep/kis.js', 'packages/*/src/broker/**'),
    allowed('packages/client/src/hub.js', 'lib/**', '**/hub.{js,ts}'),
    allowed('src/app/[id]/route.js', 'src/app/[id]/*.js'),
  ],
  invalid: [
    ...bad('call@1', call).flatMap((one) => [
      { ...one, filename: 'src/price.test.ts', options: { checkTests: true } },
      { ...one, filename: 'src/contest.js' },
      { ...one, filename: 'src/broker.js', options: { allow: ['src/broker/**', 'lib/*.js'] } },
      { ...one, filename: 'lib/deep/kis.js', options: { allow: ['lib/*.js'] } },
    ]),
    {
      code: `import { it } from 'vitest';\nexpect(url).toBe('${kis}');\n${call}`,
      options: { checkTests: true },
      reports: ['call@3'],
    },
    {
      code: `fetch('https://relay.example.com:8443/price');\nfetch('https://other.example.com');`,
      options: { extraHosts: ['Relay.example.com'] },
      reports: ['call@1'],
    },
    {
      code: `export const RELAY = 'https://relay.example.com';`,
      options: { extraHosts: ['relay.example.com'] },
      reports: ['definition@1'],
    },
  ],
});
