import { createHub, type KiwoomEndpointName } from '@hub/client';

/** One process that calls Kiwoom without a pause: `caller.js <ids> <calls in flight per id>`, until SIGTERM. */
const [ids = '', inFlight = '1'] = process.argv.slice(2);

const params: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ka10001: { stk_cd: '005930' },
  ka10003: { stk_cd: '005930' },
  ka10095: { stk_cd: '005930' },
};

const hub = createHub();
const end = new AbortController();
process.once('SIGTERM', () => {
  end.abort();
});

const call = async (id: KiwoomEndpointName): Promise<void> => {
  const { signal } = end;
  while (!signal.aborted) await hub.kiwoom.call(id, params[id] ?? {}, { signal, priority: 'backfill' });
};

const running = ids
  .split(',')
  .flatMap((id) => Array.from({ length: Number(inFlight) }, () => call(id as KiwoomEndpointName)));
const ended = await Promise.allSettled(running);
for (const each of ended) {
  if (each.status === 'rejected' && !end.signal.aborted) process.stderr.write(`${String(each.reason)}\n`);
}
await hub.close();
