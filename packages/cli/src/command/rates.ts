import { brokerNames, type BrokerName, type DirectSettings } from '@hub/client';
import type { BrokerPace, WindowSpec } from '@hub/worker';

/** Calls per second that one series of a broker can use: KIS counts per key, Kiwoom per key and TR. */
export type Rates = Readonly<Partial<Record<BrokerName, number>>>;

/** Of all keys of a broker together, at `now` (UTC epoch ms): new keys may do less for some days. */
export const ratesOf = ({ kis, kiwoom }: Pick<DirectSettings, BrokerName>, now: number): Rates => ({
  ...(kis === undefined
    ? {}
    : {
        kis: sumOf(kis, ({ fresh }) => (fresh !== undefined && now < fresh.untilMs ? fresh.perSecond : kis.perSecond)),
      }),
  ...(kiwoom === undefined ? {} : { kiwoom: sumOf(kiwoom, () => Math.min(kiwoom.perSecond, kiwoom.totalPerSecond)) }),
});

/** A quota per minute may be the smaller one. */
const sumOf = <Key>(
  { keys, perMinute = Infinity }: { readonly keys: readonly Key[]; readonly perMinute?: number | undefined },
  perSecond: (key: Key) => number,
): number => keys.reduce((sum, key) => sum + Math.min(perSecond(key), Math.round((100 * perMinute) / 60) / 100), 0);

/** The time that the quota makes windows take, in ms, by their estimated calls: brokers work side by side, the slowest one ends last. */
export const quotaTimeMs = (windows: readonly WindowSpec[], rates: Rates): number =>
  Math.max(
    0,
    ...brokerNames.map((broker) => {
      const calls = windows.reduce((sum, each) => sum + (each.broker === broker ? each.estimatedCalls : 0), 0);
      return calls === 0 ? 0 : (calls / (rates[broker] ?? Number.POSITIVE_INFINITY)) * 1_000;
    }),
  );

/**
 * What a plan may have of each broker's keys: the ledger holds a share of every account's line, in whole slots, so that is
 * what is counted here too. Kiwoom's limit is one of the operation, and its share one of the account.
 */
export const paceOf = (
  settings: Pick<DirectSettings, BrokerName>,
  now: number,
  share: number,
): Readonly<Partial<Record<BrokerName, BrokerPace>>> => {
  const part = (perSecond: number): number =>
    share === 1 ? perSecond : Math.max(1, Math.floor(perSecond * share + 1e-9));
  const { kis, kiwoom } = settings;
  const shared = {
    kis: kis === undefined ? undefined : { ...kis, perSecond: part(kis.perSecond) },
    kiwoom: kiwoom === undefined ? undefined : { ...kiwoom, totalPerSecond: part(kiwoom.totalPerSecond) },
  };
  const rates = ratesOf(shared, now);
  return Object.fromEntries(
    brokerNames.flatMap((broker) => {
      const perSecond = rates[broker];
      return perSecond === undefined
        ? []
        : [[broker, { perSecond, keys: (settings[broker]?.keys ?? []).map(({ keyId }) => keyId) }]];
    }),
  );
};
