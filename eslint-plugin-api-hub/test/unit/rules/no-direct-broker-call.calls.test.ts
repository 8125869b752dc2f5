// Where it is sent: libraries that we know, and functions that nobody knows.
import { bad, badTs, good, runRule } from '../../support/rule-cases.js';

const kis = 'https://openapi.koreainvestment.com:9443';
const price = '/uapi/domestic-stock/v1/quotations/inquire-price';

runRule('no-direct-broker-call', {
  invalid: [
    // the platform
    ...bad(
      'call@1',
      `window.fetch('${kis}/x');`,
      `globalThis.fetch('${kis}/x');`,
      `$fetch('${kis}/x');`,
      `navigator.sendBeacon('${kis}/x', data);`,
      `new WebSocket('ws://ops.koreainvestment.com:21000/tryitout/H0STCNT0');`,
      `new WebSocket('wss://api.kiwoom.com:10000/api/dostk/websocket');`,
      `new EventSource('${kis}/events');`,
      `const send = fetch; send('${kis}/x');`,
    ),
    ...bad(
      'definition@1 call@2',
      `const wsBase = 'ws://ops.koreainvestment.com:31000';\nnew WebSocket(wsBase + topic);`,
    ),
    ...bad('wrapper@1', `xhr.open('GET', '${kis}/x');`, `$.ajax({ url: '${kis}/x' });`),
    // axios
    ...bad(
      'call@2',
      `import axios from 'axios';\naxios.get(\n  \`${kis}${price}\`, { headers });`,
      `import axios from 'axios';\naxios.post('${kis}/oauth2/tokenP', body);`,
      `import axios from 'axios';\naxios('${kis}/x');`,
      `import axios from 'axios';\naxios({ method: 'get', url: '${kis}/x' });`,
      `import axios from 'axios';\naxios.request({ baseURL: '${kis}', url: '/x' });`,
      `import axios from 'axios';\naxios.get('/x', { baseURL: '${kis}' });`,
      `import { get } from 'axios';\nget('${kis}/x');`,
      `import * as http from 'axios';\nhttp.default.get('${kis}/x');`,
      `const axios = require('axios');\naxios.get('${kis}/x');`,
      `const { post } = require('axios').default;\npost('${kis}/x');`,
      `const { default: axios } = await import('axios');\naxios.get('${kis}/x');`,
    ),
    ...bad(
      'definition@2 call@3',
      `import axios from 'axios';\nconst options = { url: '${kis}/x' };\naxios(options);`,
      `import axios from 'axios';\nconst options = {}; options.url = '${kis}/x';\naxios(options);`,
      `import axios from 'axios';\nconst kis = axios.create({ baseURL: '${kis}' });\nkis.get('quotations/inquire-ccnl');`,
      `import axios from 'axios';\nconst kis = axios.create({ baseURL: '${kis}' });\nkis({ url: '/x' });`,
      `import axios from 'axios';\nclass Api { http = axios.create({ baseURL: '${kis}' }); get(path) {\n return this.http.get(path); } }`,
    ),
    ...bad(
      'definition@1 call@3',
      `import axios from 'axios'; const REAL = '${kis}';\nfunction send(req) { req.url = REAL + req.url;\nreturn axios(req); }`,
    ),
    ...bad(
      'call@3',
      `import axios from 'axios';\nconst kis = axios.create({ baseURL: process.env.BASE });\nkis.get('${price}');`,
    ),
    ...bad(
      'definition@2',
      `import axios from 'axios';\nexport const kis = axios.create({ baseURL: '${kis}' });`,
      `import axios from 'axios';\naxios.defaults.baseURL = '${kis}';`,
    ),
    // the others
    ...bad(
      'call@2',
      `import got from 'got';\nawait got('${kis}/x').json();`,
      `import got from 'got';\nawait got.post('x', { prefixUrl: '${kis}' });`,
      `import ky from 'ky';\nawait ky.get('${kis}/x');`,
      `import ky from 'ky';\nawait ky('uapi/domestic-stock/v1/x', { prefixUrl: base });`,
      `import superagent from 'superagent';\nawait superagent.post('${kis}/x').send(body);`,
      `import request from 'request';\nrequest({ uri: '${kis}/x' }, callback);`,
      `import request from 'request';\nrequest.get('${kis}/x', (error, response, body) => {});`,
      `import { ofetch } from 'ofetch';\nawait ofetch('/x', { baseURL: '${kis}' });`,
      `import { request } from 'undici';\nawait request('${kis}/x');`,
      `import { fetch as go } from 'undici';\nawait go('${kis}/x');`,
      `import { WebSocket } from 'undici';\nnew WebSocket('ws://ops.koreainvestment.com:21000');`,
      `import fetch from 'node-fetch';\nawait fetch('${kis}/x');`,
      `import needle from 'needle';\nneedle.get('${kis}/x');`,
      `import WebSocket from 'ws';\nnew WebSocket('ws://ops.koreainvestment.com:21000/tryitout');`,
      `import { WebSocket } from 'ws';\nnew WebSocket(process.env.WS ?? 'ws://ops.koreainvestment.com:21000');`,
    ),
    ...bad(
      'definition@2 call@3',
      `import ky from 'ky';\nconst kis = ky.create({ prefixUrl: '${kis}' });\nawait kis.get('x');`,
      `import got from 'got';\nconst kis = got.extend({ prefixUrl: '${kis}' });\nawait kis('x');`,
      `import { Pool } from 'undici';\nconst pool = new Pool('${kis}');\nawait pool.request({ path: '/x', method: 'GET' });`,
      `import wretch from 'wretch';\nconst api = wretch('${kis}');\nawait api.get('/x');`,
    ),
    // host and path in different properties, no URL anywhere
    ...bad(
      'call@2',
      `import https from 'node:https';\nhttps.get({ hostname: 'openapi.koreainvestment.com', port: 9443, path: p }, (response) => {});`,
      `import * as https from 'https';\nhttps.request({ host: 'api.kiwoom.com', path: '/api/dostk/chart' });`,
      `import { request } from 'node:https';\nrequest('${kis}/x', { method: 'POST' }, callback);`,
      `const https = require('https');\nhttps.request({ ['hostname']: 'mockapi.kiwoom.com' });`,
    ),
    ...bad(
      'definition@2 call@4',
      `import https from 'node:https';\nconst HOST = 'openapi.koreainvestment.com';\nconst options = { hostname: HOST, port: 9443, path: p };\nhttps.request(options, callback);`,
    ),
    ...bad(
      'call@4',
      `import https from 'node:https';\nfunction options(path) {\n return { hostname: 'openapi.koreainvestment.com', path }; }\nhttps.request(options(p), callback);`,
    ),
    ...badTs('call@2', `import axios = require('axios');\naxios.get('${kis}/x');`),
    // another program
    ...bad('call@2', `import { exec } from 'node:child_process';\nexec(\`curl -s ${kis}/oauth2/tokenP -d @body\`);`),
    // a portal that is taken for the API
    ...bad('call@1', `fetch('https://openapi.kiwoom.com/api/x');`),
    ...bad('definition@1 call@2', `const BASE = 'https://openapi.kiwoom.com';\nfetch(BASE + path);`),
    // the base is not known here: the path tells
    ...bad(
      'call@1',
      `fetch('${price}');`,
      `fetch(\`\${process.env.BASE}${price}\`);`,
      `fetch(\`\${base}/api/dostk/stkinfo\`, { headers: { 'api-id': 'ka10001' } });`,
      `fetch(\`\${gateway}/v1/kis${price}\`);`,
      `fetch(\`https://gateway.example.com/kis${price}\`);`,
      `fetch(base + '/uapi/' + area + '/v1/x');`,
      `fetch(\`\${originOf(account)}/uapi/hashkey\`);`,
      `new WebSocket(\`\${base}/tryitout/H0STCNT0\`);`,
    ),
    ...bad(
      'wrapper@1',
      `const q = await brokerGet(cred,\n  '${price}', 'FHKST01010100', { CODE: c });`,
      `const get = (path) => client.get(path); get('${price}');`,
      `net.connect(9443, 'openapi.koreainvestment.com');`,
      `await request('api.kiwoom.com', path);`,
      `await this.send({ url: '${price}', verb: 'get' });`,
      `await this.send({ request: { path: '${price}' } });`,
      `this.http.post(\`\${this.settings.get('BROKER')}/oauth2/tokenP\`, body);`,
      `post('openapi.koreainvestment.com', '/oauth2/tokenP', body);`,
      `await client.get('uapi/domestic-stock/v1/quotations/inquire-price');`,
      `const api = new KisApi('${kis}');`,
      `makeClient({ url: '${kis}', deep: { deeper: { deepest: '${kis}' } } });`,
      `const api = new KisApi({ baseUrl: '${kis}' });`,
      `app.use(createProxyMiddleware({ target: '${kis}' }));`,
    ),
    ...bad('definition@1 wrapper@1', `export const call = (path, base = '${kis}') => run(base, path);`),
    ...bad(
      'wrapper@2',
      `const address = \`\${this.settings.get('BROKER')}/oauth2/tokenP\`;\nthis.http.post(address, body);`,
      `const INFO = '/api/dostk/stkinfo';\nawait broker.send({ route: INFO, tr: 'ka10001', payload });`,
      `const PATHS = { price: '${price}', order: '/uapi/domestic-stock/v1/trading/order-cash' };\nawait client.get(PATHS[name]);`,
      `const options = { path: '${price}' };\nawait send(options);`,
      `import { send } from './broker.js';\nsend('${price}');`,
    ),
    // neither is known: the headers tell
    ...bad(
      'wrapper@1',
      `await http.get('quotations/inquire-ccnl', { headers: { tr_id: 'FHKST01010300' } });`,
      `await client.request({ url: path, headers: { 'api-id': 'ka10001' } });`,
      `await http.post(path, body, { headers: { ...common, appkey, tr_id: trId } });`,
      `await client.post(path, body, { headers: { 'api-id': id, 'cont-yn': 'N' } });`,
    ),
    ...bad(
      'call@1',
      `fetch(\`\${this.cfg.origin}\${r.route}\`, { headers: { 'api-id': 'kt10000' } });`,
      `fetch(spec.origin + spec.route, { method: 'POST', headers: { tr_id: 'TTTC0012U' } });`,
    ),
    ...bad(
      'call@2',
      `const headers = (tr) => ({ authorization, appkey, tr_id: tr }), h = headers('FHKST01010100');\nfetch(url, { headers: h });`,
      `const headers = { tr_id: real ? 'TTTC8434R' : 'VTTC8434R' };\nfetch(url, { headers });`,
      `const options = { headers: {} }; options.headers = { tr_id: 'CTCA0903R' };\nfetch(url, options);`,
    ),
    // neither is known of a socket: its messages tell
    ...bad(
      'call@1',
      `const ws = new WebSocket(opts.address);\nws.send(JSON.stringify({ header: { approval_key, tr_type: '1' }, body: { input: { tr_id: 'H0STCNT0', tr_key } } }));`,
      `const ws = new WebSocket(opts.address);\nconst login = { trnm: 'LOGIN', token };\nws.send(JSON.stringify(login));`,
      `socket.send(JSON.stringify({ header: { approval_key, tr_type: '1' }, body: { input } }));`,
    ),
    ...bad(
      'call@2',
      `const other = new WebSocket('wss://api.upbit.com/websocket/v1');\nconst ws = new WebSocket(opts.address); ws.send(JSON.stringify({ header: { approval_key }, body }));`,
    ),
    // one report per call
    ...bad(
      'definition@1 call@2 call@3',
      `const REAL = '${kis}';\nfetch(\`\${REAL}${price}\`);\nfetch(\`\${REAL}/oauth2/tokenP\`);`,
    ),
    ...bad(
      'call@1',
      `const get = (path) => fetch('${kis}' + path); get('${price}'); get('/uapi/domestic-stock/v1/quotations/inquire-ccnl');`,
      `const get = (path) => fetch('${kis}' + path), price = () => get('${price}'); price(); outer('x');`,
    ),
    ...bad(
      'call@2',
      `class Api { request(path) {\n return fetch('${kis}' + path); } price() { return this.request('${price}'); } }`,
      `const buildUrl = (path) => \`\${process.env.BASE}\${path}\`;\nfetch(buildUrl('${price}'));`,
    ),
    ...bad('wrapper@1', `const get = (path) => http.get('${kis}' + path); get('${price}');`),
    ...bad('wrapper@2', `const get = (path) => fetch(process.env.BASE + path);\nget('${price}');`),
    ...bad(
      'call@4 definition@5',
      `class Api { constructor(base) {\n this.base = base; } get(path) {\n const url = this.base + '${price}';\n return fetch(url); } }\nexport const api = new Api('${kis}');`,
    ),
  ],
  valid: [
    ...good(
      // headers of others, and records with the same fields
      `fetch(url, { headers: { tr_id: 'order-5' } });`,
      `fetch(url, { headers: { tr_id: trId } });`,
      `fetch(url, { headers: { 'api-id': id } });`,
      `run(['FHKST01010300', { tr_id: 'FHKST01010300' }]);`,
      `fetch('https://other.example.com/x', { headers: { tr_id: 'FHKST01010300' } });`,
      `fetch('/api/kis/x', { headers: { tr_id: 'FHKST01010300' } });`,
      `orders.insert({ tr_id: 'TTTC0012U', appkey, approval_key });`,
      `save({ row: { tr_id: 'TTTC0012U' } });`,
      `socket.send(JSON.stringify({ approval_key, body }));`,
      `socket.send(JSON.stringify({ trnm: 'LOGIN' }));`,
      // shadowed and foreign
      `const fetch = (url) => url; export const shown = fetch(path);`,
      `fetch('https://api.upbit.com/v1/ticker?kiwoom');`,
      `fetch('https://finance.naver.com/uapi'); // uapi alone is a word of others`,
      `import { WebSocketServer } from 'ws'; new WebSocketServer({ port: 1, path: '/api/dostk/websocket' });`,
      `import http from 'node:http'; http.createServer((request) => request.url === '/oauth2/tokenP');`,
    ),
  ],
});
