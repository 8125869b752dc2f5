import { brokerNames, type BrokerName, type DirectSettings } from '@hub/client';
import type { WindowSpec } from '@hub/worker';

/** Calls per second that one series of a broker can use: KIS counts per key, Kiwoom per key and TR. */
export type Rates = Readonly<Partial<Record<BrokerName, number>>>;

export const ratesOf = ({ kis, kiwoom }: Pick<DirectSettings, BrokerName>): Rates => ({
  ...(kis === undefined ? {} : { kis: kis.perSecond }),
  ...(kiwoom === undefined ? {} : { kiwoom: Math.min(kiwoom.perSecond, kiwoom.totalPerSecond) }),
});

/** The time that the quota makes windows take, in ms, by their estimated calls: brokers work side by side, the slowest one ends last. */
export const quotaTimeMs = (windows: readonly WindowSpec[], rates: Rates): number =>
  Math.max(
    0,
    ...brokerNames.map((broker) => {
      const calls = windows.reduce((sum, each) => sum + (each.broker === broker ? each.estimatedCalls : 0), 0);
      return calls === 0 ? 0 : (calls / (rates[broker] ?? Number.POSITIVE_INFINITY)) * 1_000;
    }),
  );
