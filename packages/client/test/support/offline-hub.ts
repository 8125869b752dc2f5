import { brokerNames, type BrokerName, type Endpoint } from '../../src/broker/contract.js';
import { kis } from '../../src/broker/kis/index.js';
import { kiwoom } from '../../src/broker/kiwoom/index.js';
import { Hub } from '../../src/hub/hub.js';
import { Observation } from '../../src/observe/observation.js';
import { Realtime } from '../../src/realtime/realtime.js';
import { redisFeedStore } from '../../src/realtime/redis/feed-store.js';
import type { Answer, Send, WireResponse } from '../../src/request/contract.js';
import { withRetry } from '../../src/request/with-retry.js';
import { silent, type Notify } from '../../src/runtime/notice.js';
import { fakeClock } from '../../src/testing/index.js';
import { portTo } from './world.js';

/** What a broker answers to the call of an endpoint. */
export type Reply = (endpoint: string, params: Readonly<Record<string, string>>) => WireResponse;

const brokers = { kis, kiwoom };

/** The parameters of an endpoint, all of them empty. */
export const emptyParams = ({ required }: Endpoint): Record<string, string> =>
  Object.fromEntries(required.map((name) => [name, '']));

/** Calls that one read may make at most; one that goes on is caught in a loop. */
const mostCalls = 300;

/**
 * A hub whose calls are answered on the spot: everything behind the socket is real – body, error catalogue, verdict, pages,
 * normalisers – and nothing is repeated.
 */
export const offlineHub = (reply: Reply, { now, notify = silent }: { now: string; notify?: Notify }) => {
  const clock = fakeClock(now);
  const asked: { endpoint: string; params: Readonly<Record<string, string>> }[] = [];
  const send =
    (broker: BrokerName, endpoint: Endpoint, params: Readonly<Record<string, string>>): Send =>
    async (call) => {
      asked.push({ endpoint: endpoint.name, params });
      if (asked.length > mostCalls) throw new Error(`${endpoint.name}: call after call`);
      const response = reply(endpoint.name, params);
      const answer: Answer = {
        status: response.status,
        headers: response.headers,
        body: brokers[broker].decode(endpoint.name, response, endpoint.replayable),
        receivedAt: clock.now(),
        requestId: `request-${String(asked.length)}`,
        tr: call.tr,
        keyId: 'abc',
      };
      return answer;
    };
  const hub = new Hub({
    clock,
    notify,
    onNotice: () => () => undefined,
    observation: new Observation({ watchers: [], clock, redact: (text) => text }),
    lines: {
      mode: 'direct',
      brokers: brokerNames,
      filled: () => [],
      caller: undefined,
      place: () => undefined,
      admit: () => ({}),
      quota: undefined,
      // Connects to nothing before it is used, and nothing here does.
      realtime: new Realtime({ routes: [], store: redisFeedStore(portTo('main', 'redis://127.0.0.1:1')), clock }),
      close: () => Promise.resolve(),
      perform:
        (broker) =>
        async ({ endpoint, page }) =>
          withRetry({ retries: 0, clock, random: () => 0.5, notify: silent })(send(broker, endpoint, page.params))({
            requestId: '',
            endpoint: endpoint.name,
            tr: endpoint.tr.real,
            replayable: endpoint.replayable,
            inquiry: endpoint.inquiry,
            candidates: [],
            priority: 'interactive',
            signal: new AbortController().signal,
            timeoutMs: 1_000,
            decode: () => ({}),
          }),
    },
  });
  return { hub, asked };
};

export const ok = (body: unknown, headers: Record<string, string> = {}): WireResponse => ({
  status: 200,
  headers,
  text: typeof body === 'string' ? body : JSON.stringify(body),
});
