import { metrics, type MeterProvider } from '@opentelemetry/api';

import type { CallProgress, Watcher } from './contract.js';
import { instrumentation } from './spans.js';

/** Those of the HTTP semantic conventions, with the pauses of repetitions behind them; seconds. */
const durations = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];

const seconds = (ms: number): number => ms / 1_000;

/** Counters and histograms of calls. Nothing with many values is among their attributes: no key, no symbol, no request. */
export const measurements = (provider: MeterProvider = metrics.getMeterProvider()): Watcher => {
  const meter = provider.getMeter(instrumentation);
  const histogram = (name: string, description: string) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: durations } });
  const counter = (name: string, description: string, unit: string) => meter.createCounter(name, { description, unit });
  const duration = histogram('hub.call.duration', 'From a call to its end, repetitions included.');
  const permitWait = histogram('hub.permit.wait.duration', 'What an attempt waited for its turn.');
  const calls = counter('hub.calls', 'Calls that have ended.', '{call}');
  const retries = counter('hub.retries', 'Repetitions of a call.', '{retry}');
  const refusals = counter('hub.refusals', 'Calls that the broker refused as one too many.', '{call}');
  const tokens = counter('hub.token.issues', 'Token requests of this process.', '{token}');
  const openings = counter('hub.circuit.openings', 'Circuits that opened, tries that failed included.', '{opening}');
  // Without a provider the API has one counter for all names. Should that change, the same is done for nobody.
  const unheard = Object.is(calls, retries);
  return {
    watch: ({ broker, endpoint, priority }) => {
      if (unheard) return undefined;
      const about = { 'hub.broker': broker, 'hub.endpoint': endpoint };
      const ended = (outcome: string, { durationMs }: CallProgress): void => {
        const attributes = { ...about, 'hub.outcome': outcome };
        calls.add(1, attributes);
        duration.record(seconds(durationMs), attributes);
      };
      return {
        permit: ({ waitMs }) => {
          permitWait.record(seconds(waitMs), { 'hub.broker': broker, 'hub.priority': priority });
        },
        retry: ({ code }) => {
          retries.add(1, { ...about, 'error.type': code });
        },
        refused: (budget) => {
          refusals.add(1, { ...about, 'hub.budget': budget });
        },
        answered: (end) => {
          ended('ok', end);
        },
        failed: (end) => {
          ended(end.code, end);
        },
      };
    },
    notice: (notice) => {
      const of = (account: string) => ({ 'hub.broker': account.split(':')[0] ?? '' });
      if (notice.kind === 'token-issued') tokens.add(1, { ...of(notice.account), 'hub.outcome': 'ok' });
      if (notice.kind === 'token-limit') tokens.add(1, { ...of(notice.account), 'hub.outcome': 'limit' });
      if (notice.kind === 'token-failed') tokens.add(1, { ...of(notice.account), 'hub.outcome': notice.code });
      if (notice.kind === 'circuit-open') openings.add(1, { ...of(notice.account), 'error.type': notice.code });
    },
  };
};
