// Where the base is written, and how it comes to the call.
import { bad, badTs, runRule } from '../../support/rule-cases.js';

const kis = 'https://openapi.koreainvestment.com:9443';
const paper = 'https://openapivts.koreainvestment.com:29443';
const kiwoom = 'https://api.kiwoom.com';

runRule('no-direct-broker-call', {
  invalid: [
    // literals, templates, constants
    ...bad(
      'call@1',
      `await fetch('${kis}/uapi/domestic-stock/v1/quotations/inquire-price');`,
      `await fetch(\`${kis}/oauth2/tokenP\`, { method: 'POST' });`,
      `await fetch('HTTPS://OpenAPI.KoreaInvestment.com:9443/x');`,
      `await fetch('https://openapi.koreainvestment.com./x');`,
      `await fetch('${kiwoom}' + '/oauth2/token');`,
      `await fetch('https://openapi.korea' + 'investment.com:9443' + path);`,
      `await fetch(String.raw\`${kis}/x\`);`,
    ),
    ...bad(
      'definition@1 call@2',
      `const REAL = '${kis}';\nawait fetch(REAL);`,
      `const REAL = '${kis}';\nawait fetch(\`\${REAL}/uapi/x/\${name}?a=1\`);`,
      `const REAL = '${kis}';\nawait fetch(REAL + path);`,
      `const REAL = '${kis}';\nawait fetch(REAL.concat(path));`,
      `const REAL = '${kis}/';\nawait fetch(REAL.trim().replace(/\\/$/, '').toLowerCase() + '/x');`,
      `const REAL = ' ${kis} ';\nawait fetch(REAL.trim());`,
      `const REAL = '${kis}/';\nawait fetch(REAL.slice(0, -1) + path);`,
      `const parts = ['${kis}', 'uapi', name];\nawait fetch(parts.join('/'));`,
      `let base = '${kis}';\nawait fetch(base + path);`,
      `var base = process.env.PROXY || '${kis}';\nawait fetch(base + path);`,
      `const base = process.env.PROXY ?? '${kis}';\nawait fetch(base + path);`,
      `const origin = (process.env.BROKER_ORIGIN || '${kis}').trim().replace(/\\/$/, '');\nawait fetch(origin + path);`,
      `const base = isPaper ? '${paper}' : '${kis}';\nawait fetch(base + path);`,
      `const HOSTS = Object.freeze({ live: { url: '${kiwoom}' } });\nawait fetch(HOSTS.live.url + path);`,
      `const config = { kis: { url: '${kis}' } }; const { kis: { url } } = config;\nawait fetch(url);`,
      `const { url = '${kis}' } = options;\nawait fetch(url);`,
      `const [first] = ['${kis}', other];\nawait fetch(first);`,
      `const hostPort = 'openapi.koreainvestment.com:9443';\nawait fetch(\`https://\${hostPort}/x\`);`,
      `const port = 9443, host = 'openapi.koreainvestment.com';\nawait fetch(\`https://\${host}:\${port}/x\`);`,
      `const config = {}; config.base = '${kis}';\nawait fetch(config.base);`,
      `const all = { ...defaults, ...{ base: '${kis}' } };\nawait fetch(all.base);`,
      `const base = () => '${kis}';\nawait fetch(base() + path);`,
      `async function base() { return '${kis}'; }\nawait fetch((await base()) + path);`,
      `const strip = (url) => url.replace(/x$/, ''), REAL = '${kis}';\nawait fetch(strip(strip(REAL)) + path);`,
      `const REAL = '${kis}', build = (base, path) => \`\${base}/\${path}\`;\nawait fetch(build(REAL, 'x'));`,
      `const call = async (path, base = '${kis}') =>\n fetch(base + path);`,
      `async function call({ base = '${kis}' } = {}) {\n return fetch(base + path); }`,
      `const HOSTS = { a: '${kis}' }; for (const host of Object.values(HOSTS))\n await fetch(host);`,
      `const corsProxy = 'https://cors.example.com/?', U = '${kis}/x';\nawait fetch(\`\${corsProxy + U}?\${qs}\`);`,
      `const U = '${kis}/x';\nawait fetch('https://cors.example.com/?url=' + encodeURIComponent(U));`,
      `const REAL = '${kis}';\nawait fetch(withQuery(REAL + '/x', { a: 1 }));`,
    ),
    ...bad(
      'definition@1 definition@1 call@2',
      `const HOSTS = { paper: '${paper}', live: '${kis}' };\nawait fetch(HOSTS[mode] + path);`,
      `const HOSTS = { paper: '${paper}', live: '${kis}' }, mode = 'paper';\nawait fetch(HOSTS[mode] + path);`,
      `const HOSTS = ['${kis}', '${paper}'];\nawait fetch(HOSTS[index]);`,
      `function base(mode) { if (mode) { return '${paper}'; } return '${kis}'; }\nawait fetch(base(m) + path);`,
      `for (const host of ['${kis}', '${paper}'])\n await fetch(host);`,
    ),
    ...bad('call@2', `['${kis}', '${paper}'].map((host) =>\n fetch(host + path));`),
    // URL objects
    ...bad(
      'definition@1 call@2',
      `const u = new URL('${kis}/x');\nawait fetch(u);`,
      `const u = new URL(path, '${kis}'); u.searchParams.set('A', 'J');\nawait fetch(u, { headers });`,
      `const REAL = '${kis}'; const u = new URL(\`\${REAL}\${path}\`);\nawait fetch(u.toString());`,
      `const u = new URL('/uapi/x/y', '${kis}');\nawait fetch(u.href);`,
      `const u = new URL('${kis}');\nawait fetch(\`\${u.origin}/x\`);`,
      `const u = new URL('${kis}');\nawait fetch('https://' + u.host + path);`,
      `const request = new Request('${kis}/x');\nawait fetch(request);`,
    ),
    // several values: any of them counts
    ...bad(
      'definition@2 definition@2 call@3',
      `let base;\nif (paper) base = '${paper}'; else base = '${kis}';\nawait fetch(base + path);`,
    ),
    ...bad(
      'definition@1 call@3',
      `let url = '${kis}/x';\nurl += '?a=1';\nawait fetch(url);`,
      `const modes = { real: '${kis}' };\nconst pick = (mode) => modes[mode] ?? modes.real;\nawait fetch(pick(m));`,
      `const a = '${kis}';\nconst b = a;\nawait fetch(b);`,
    ),
    // classes
    ...bad(
      'definition@2 call@3',
      `class Api {\n base = '${kis}'; async get(path) {\n return fetch(this.base + path); } }`,
      `class Api {\n #base = '${kis}'; async get(path) {\n return fetch(this.#base + path); } }`,
      `class Api {\n static base = '${kis}'; async get(path) {\n return fetch(Api.base + path); } }`,
      `class Api { constructor(paper) {\n this.base = paper ? '${paper}' : '${kis}'; } async get(path) {\n return fetch(\`\${this.base}\${path}\`); } }`,
      `class Api {\n get base() { return '${kis}'; } async get(path) {\n return fetch(this.base + path); } }`,
      `class Api {\n origin() { return '${kis}'; } get = async (path) =>\n fetch(this.origin() + path); }`,
      `const api = {\n base: '${kis}', async get(path) {\n return fetch(this.base + path); } };`,
    ),
    ...bad(
      'definition@1 call@3',
      `class Base { base = '${kis}'; }\nclass Api extends Base { async get(path) {\n return fetch(this.base + path); } }`,
      `class Config { base = '${kis}'; }\nconst config = new Config();\nawait fetch(config.base);`,
    ),
    ...badTs(
      'definition@1 call@2',
      `class Api { constructor(private readonly base: string = '${kis}') {} async get(path: string) {\n return fetch(this.base + path); } }`,
      `const HOSTS = { live: '${kis}' } as const satisfies Record<string, string>;\nawait fetch(HOSTS[mode as 'live']!);`,
      `const base = <string>'${kis}';\nawait fetch(base as string);`,
    ),
    ...badTs(
      'definition@1 definition@1 call@2',
      `enum Host { Live = '${kis}', Paper = '${paper}' }\nawait fetch(pick ? Host.Live : Host.Paper);`,
    ),
    // bounds: circles and explosions end, and what is known still counts
    ...bad(
      'call@2',
      `let a = b, b = a;\nawait fetch(a + '${kis}');`,
      `const chain = (x) => chain(x).add(chain); x = chain.add(chain(chain));\nawait fetch('${kis}');`,
    ),
    ...bad('definition@1 call@2', `function loop(n) { return n ? loop(n - 1) : '${kis}'; }\nawait fetch(loop(3));`),
    ...bad(
      'definition@1 call@14',
      `const x0 = '${kis}';\n${Array.from({ length: 12 }, (_, n) => `const x${n + 1} = (c ? x${n} : x${n}) + x${n};`).join('\n')}\nawait fetch(x0 + x12);`,
    ),
  ],
});
