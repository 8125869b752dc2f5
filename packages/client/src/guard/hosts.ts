/**
 * Hosts that answer calls. KIS: koreainvestment/open-trading-api, 2026-07-09. Kiwoom: the broker's workbook of 2026-05-07. The
 * portals, which people read, are not among them.
 */
const brokerHosts: readonly string[] = [
  'openapi.koreainvestment.com',
  'openapivts.koreainvestment.com',
  'ops.koreainvestment.com',
  'api.kiwoom.com',
  'mockapi.kiwoom.com',
];

export class GuardedHosts {
  readonly #hosts: ReadonlySet<string>;
  readonly #inText: RegExp;

  /** `extra`: relays of one's own that lead to a broker. */
  constructor(extra: readonly string[] = []) {
    const hosts = [...brokerHosts, ...extra.map((host) => host.toLowerCase())];
    this.#hosts = new Set(hosts);
    const names = hosts.map((host) => host.replace(/[.\\+*?^$()[\]{}|]/g, '\\$&'));
    this.#inText = new RegExp(`(?<![\\w.-])(?:${names.join('|')})(?![\\w-]|\\.\\w)`, 'i');
  }

  has(host: unknown): host is string {
    return typeof host === 'string' && this.#hosts.has(host.toLowerCase().replace(/\.$/, ''));
  }

  /** The host that a command line names. */
  foundIn(text: string): string | undefined {
    return this.#inText.exec(text)?.[0];
  }
}
