/** HTTP and WebSocket libraries. Everything callable that they export sends, except what is listed below. */
export const networkModules: ReadonlySet<string> = new Set([
  '@nuxt/http',
  '@tauri-apps/plugin-http',
  'axios',
  'axios-retry',
  'bent',
  'cross-fetch',
  'event-source-polyfill',
  'eventsource',
  'expo/fetch',
  'got',
  'got-scraping',
  'http',
  'http2',
  'https',
  'isomorphic-fetch',
  'isomorphic-unfetch',
  'isomorphic-ws',
  'ky',
  'ky-universal',
  'make-fetch-happen',
  'needle',
  'node-fetch',
  'node-fetch-native',
  'ofetch',
  'partysocket',
  'phin',
  'reconnecting-websocket',
  'redaxios',
  'request',
  'request-promise',
  'request-promise-native',
  'superagent',
  'undici',
  'unfetch',
  'websocket',
  'wretch',
  'ws',
]);

/** Of these libraries: servers, agents, mocks, types of errors. */
export const notSending =
  /^(?:.*Agent|.*Error|.*Server|createServer|Cancel.*|FormData|Headers|METHODS|Request|Response|STATUS_CODES|isAxiosError|isCancel|interceptors|mergeConfig|set.*|toFormData)$/;

/** They make a client for one address; its calls send. `superagent.agent()`, `new Pool(origin)`, `axios.create({ … })`. */
export const makesClient =
  /^(?:Axios|Client|H2CClient|Pool|BalancedPool|RoundRobinPool|agent|connect|create|defaults|extend)$/;

/** Modules that are a client maker as a whole. */
export const clientModules: ReadonlySet<string> = new Set(['bent', 'wretch']);

export const globalSinks: ReadonlySet<string> = new Set([
  '$fetch',
  'Bun.fetch',
  'EventSource',
  'UrlFetchApp.fetch',
  'UrlFetchApp.fetchAll',
  'WebSocket',
  'fetch',
  'navigator.sendBeacon',
  'useFetch',
]);

/** Programs started with a command line: `exec('curl https://…')`. */
export const commandModules: ReadonlySet<string> = new Set(['child_process', 'execa', 'shelljs', 'zx']);

/** Modules whose functions take addresses without sending: tests, servers, validation, and the hub itself. */
export const silentModules =
  /^(?:@hub\/.*|@jest\/.*|@playwright\/test|assert|axios-mock-adapter|chai|eslint.*|events|express|fastify|fs(?:\/.*)?|hono|jest-.*|joi|koa.*|msw(?:\/.*)?|next\/(?:link|navigation)|nock|path(?:\/.*)?|pino|querystring|react(?:-.*)?|sinon|supertest|url|util|valibot|vitest|winston|yup|zod(?:\/.*)?)$/;

/** Keys of request objects. A base goes in front of an address when a call has both. */
export const baseKeys = ['baseURL', 'baseUrl', 'prefixUrl', 'prefix', 'origin', 'hostname', 'host'] as const;
export const addressKeys = [
  'url',
  'uri',
  'path',
  'pathname',
  'href',
  'endpoint',
  'endPoint',
  'route',
  'address',
  'target',
  'resource',
] as const;
