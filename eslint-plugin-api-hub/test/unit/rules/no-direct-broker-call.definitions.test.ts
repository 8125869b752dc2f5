// An address of a broker that no call in the file uses is reported where it is written.
import { bad, badTs, good, goodTs, runRule } from '../../support/rule-cases.js';

const kis = 'https://openapi.koreainvestment.com:9443';
const paper = 'https://openapivts.koreainvestment.com:29443';

runRule('no-direct-broker-call', {
  invalid: [
    ...bad(
      'definition@1',
      `export const REAL = '${kis}';`,
      `const REAL = '${kis}'; export { REAL };`,
      `export default '${kis}';`,
      `module.exports.base = '${kis}';`,
      `process.env.KIS_BASE = '${kis}';`,
      `export const hostPort = 'openapi.koreainvestment.com:9443';`,
      `export const HOST = 'api.kiwoom.com';`,
      `export const REAL = \`${kis}/uapi\`;`,
      `export const origin = process.env.BROKER_ORIGIN ?? '${kis}';`,
      `export const origin = (process.env.BROKER_ORIGIN || '${kis}').trim().replace(/\\/$/, '');`,
      `export const base = paper ? '${paper}' : '${kis}';`,
      `export const base = new URL('${kis}');`,
      `export const base = (mode) => '${kis}';`,
      `export function base(mode) { return mode ? '${paper}' : '${kis}'; }`,
      `export class Settings { base = '${kis}'; }`,
      `export const settings = () => ({ url: '${kis}' });`,
      `const base = z.string().default('${kis}');`,
      `const base = config.get('KIS_BASE', '${kis}');`,
      `list.push('${kis}');`,
      `const hostPort = 'openapi.koreainvestment.com:9443'; export const base = \`https://\${hostPort}\`;`,
      `const strip = (url) => url.replace(/x$/, ''); export const base = strip('${kis}');`,
    ),
    ...bad(
      'definition@2 definition@3',
      `export const HOSTS = {\n real: '${kis}',\n paper: '${paper}' };`,
      `export const HOSTS = Object.freeze({\n real: { url: '${kis}' },\n paper: { url: '${paper}' } });`,
      `export const HOSTS = [\n '${kis}',\n '${paper}'];`,
      `export default {\n real: { host: 'api.kiwoom.com' },\n mock: { host: 'mockapi.kiwoom.com' } };`,
    ),
    ...bad(
      'definition@3',
      `export default defineConfig({\n server: { proxy: { '/k': {\n target: '${kis}' } } } });`,
      `module.exports = {\n async rewrites() { return [{ source: '/k/:path*',\n destination_url: '${kis}/:path*' }]; } };`,
    ),
    ...bad('call@1 definition@3', `fetch('${kis}/x');\n\nexport const PAPER = '${paper}';`),
    ...badTs(
      'definition@1',
      `export const HOSTS = { real: '${kis}' } as const;`,
      `export enum Host { Real = '${kis}' }`,
      `export class Settings { constructor(readonly base: string = '${kis}') {} }`,
      `export class Settings { readonly base: string = '${kis}'; }`,
    ),
  ],
  valid: [
    ...good(
      // a path is not an address yet; a call with it is reported where it is made
      `export const PRICE = '/uapi/domestic-stock/v1/quotations/inquire-price';`,
      // portals, comparisons, keys, lists of bare names
      `export const DOCS = 'https://apiportal.koreainvestment.com/intro';`,
      `export const PORTAL = 'https://openapi.kiwoom.com';`,
      `export const isBroker = (host) => host === 'api.kiwoom.com';`,
      `export const limits = { 'api.kiwoom.com': 5 };`,
      `const blocked = ['api.kiwoom.com', 'openapi.koreainvestment.com'];`,
      `switch (host) { case 'api.kiwoom.com': break; }`,
      `document.title = '${kis}'; element.textContent = '${kis}';`,
      `window.location.href = '${kis}';`,
      `const label = '${kis}';`,
      `export const link = { href: '${kis}/docs' };`,
      `export const headers = { headers: { referer: '${kis}' } };`,
    ),
    ...goodTs(
      `export type Host = '${kis}' | '${paper}';`,
      `export interface Settings { base: '${kis}'; appsecret: string; tr_id: string; }`,
      `export declare const base: '${kis}';`,
    ),
  ],
});
