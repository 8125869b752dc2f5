import type { Evidence } from './find.js';
import type { Broker } from './hosts.js';
import { apiIdPattern } from './hub-call.js';

/** A header that only one broker reads. */
export interface BrokerHeader {
  readonly broker: Broker;
  readonly names: readonly string[];
  /** What the broker's operations look like. Case matters; stray blanks around them are seen in public code. */
  readonly value: RegExp;
  /** Headers that make up for a value that is not known. */
  readonly companions: readonly string[];
}

/** KIS: `tr_id: FHKST01010100`. Kiwoom: `api-id: ka10001`. Read in both brokers' documents, 2026-11-23. */
export const brokerHeaders: readonly BrokerHeader[] = [
  {
    broker: 'kis',
    names: ['tr_id', 'tr-id', 'TR_ID'],
    value: /^(?:[A-Z]{4,6}\d{3,8}[A-Z]?\d?|H[0D][A-Z0-9]{6})$/,
    companions: ['appkey', 'appKey', 'appsecret', 'appSecret', 'tr_cont', 'custtype'],
  },
  // Of a request that names no operation here: nobody else wants both in its headers.
  { broker: 'kis', names: ['appsecret', 'appSecret'], value: /^$/, companions: ['appkey', 'appKey'] },
  { broker: 'kiwoom', names: ['api-id'], value: apiIdPattern, companions: ['cont-yn', 'next-key'] },
];

/** `texts`: what a header may be, holes included; empty when it is not sent. */
export const headerEvidence = (
  { broker, names, value }: BrokerHeader,
  texts: readonly string[],
  hasCompanion: boolean,
): Evidence | null => {
  const known = texts.find((text) => value.test(text.trim()));
  if (known === undefined && !(hasCompanion && texts.length > 0)) return null;
  const header = known === undefined ? `header ${names[0] ?? ''}` : `${names[0] ?? ''}: ${known.trim()}`;
  return { broker, host: null, use: null, path: null, header };
};
