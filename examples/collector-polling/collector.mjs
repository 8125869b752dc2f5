// Polls prices without a key, by way of a RestApiWorker: node collector.mjs 005930,000660 [rounds]
import { setTimeout as sleep } from 'node:timers/promises';

import { createHub } from '@hub/client';

const [symbols = '005930', rounds = 'Infinity'] = process.argv.slice(2);
const hub = createHub({ mode: 'service' }); // REDIS_URL is all it needs; keys in the environment are refused
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

/** One line of JSON per price: at, broker, symbol, price. */
const tell = ({ receivedAt }, broker, symbol, price) =>
  console.log(JSON.stringify({ at: new Date(receivedAt).toISOString(), broker, symbol, price }));

const options = { priority: 'realtime', signal: stop.signal, deadlineMs: 5_000 };

const pollKis = async (symbol) => {
  const params = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: symbol };
  const answer = await hub.kis.call('inquire-price', params, options);
  tell(answer, 'kis', symbol, Number(answer.body.output.stck_prpr));
};

const pollKiwoom = async (symbol) => {
  const answer = await hub.kiwoom.call('ka10001', { stk_cd: symbol }, options);
  tell(answer, 'kiwoom', symbol, Math.abs(Number(answer.body.cur_prc))); // the sign is the direction
};

for (let round = 0; round < Number(rounds) && !stop.signal.aborted; round += 1) {
  const ended = await Promise.allSettled(symbols.split(',').flatMap((symbol) => [pollKis(symbol), pollKiwoom(symbol)]));
  for (const { reason } of ended) {
    if (reason !== undefined && !stop.signal.aborted)
      console.error(`${reason.code} ${reason.message} → ${reason.remedy}`);
  }
  await sleep(1_000, undefined, { signal: stop.signal }).catch(() => undefined);
}
await hub.close();
