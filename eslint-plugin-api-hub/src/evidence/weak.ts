import type { Broker } from './hosts.js';

const brokerWords: readonly (readonly [Broker, RegExp])[] = [
  ['kis', /(?:^|_)(?:KIS|KOREA_?INVEST(?:MENT)?|HANTOO|HANTU)(?:_|$)/],
  ['kiwoom', /(?:^|_)KIWOOM(?:_|$)/],
];

const addressWord = /(?:^|_)(?:ADDRESS|API|BASE|DOMAIN|ENDPOINT|HOST|HOSTNAME|ORIGIN|PROXY|REST|SERVER|URI|URL|WS)S?$/;

/** `kisBaseUrl`, `KIS_BASE_URL`, `config.kis.baseUrl` → words in capitals, with `_` between. */
const inWords = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/\W+/g, '_')
    .toUpperCase();

/** A name that speaks of a broker: `kisGet`, `this.kiwoomApi.post`. */
export const brokerInName = (name: string): Broker | null =>
  brokerWords.find(([, pattern]) => pattern.test(inWords(name)))?.[0] ?? null;

/** A name under which the address of a broker is kept: `process.env.KIS_BASE_URL`, `settings.kiwoom.host`. */
export const brokerOfAddressName = (name: string): Broker | null =>
  addressWord.test(inWords(name)) ? brokerInName(name) : null;

/** Headers that only one broker reads; that they are sent is enough, whatever they say. */
export const tellingHeaders: readonly (readonly [Broker, readonly string[]])[] = [
  ['kis', ['tr_id', 'tr-id', 'TR_ID', 'appsecret', 'appSecret']],
  ['kiwoom', ['api-id']],
];

/** The words behind all that is looked for here. */
export const mayHoldWeakEvidence = (source: string): boolean =>
  /kis|hantoo|hantu|kiwoom|korea|k[at]\d{5}|[A-Z]{4}\d{5}|quotations|trading|ranking|inquire|appsecret|tr[_-]id|api-id/i.test(
    source,
  );
