import { setTimeout as sleep } from 'node:timers/promises';

import { createHub } from '@hub/client';

/**
 * A collector without keys, beside the backfill: polls a price of Kiwoom, which has a quota of its own per TR, and now and
 * then one of KIS, until SIGTERM. Prints how many calls it asked for, and how many were answered.
 */
const hub = createHub({ mode: 'service' });
const end = new AbortController();
process.once('SIGTERM', () => {
  end.abort();
});

const everyMs = 500;
const kisPolls = 3;
const asked = { kis: 0, kiwoom: 0 };
let answered = 0;
const problems: string[] = [];

const poll = async (broker: 'kis' | 'kiwoom'): Promise<void> => {
  asked[broker] += 1;
  try {
    await (broker === 'kis'
      ? hub.kis.call('inquire-price', { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' })
      : hub.kiwoom.call('ka10001', { stk_cd: '005930' }));
    answered += 1;
  } catch (error) {
    problems.push(String(error));
  }
};

while (!end.signal.aborted) {
  await Promise.all([poll('kiwoom'), ...(asked.kis < kisPolls ? [poll('kis')] : [])]);
  await sleep(everyMs, undefined, { signal: end.signal }).catch(() => undefined);
}
await hub.close();
process.stdout.write(`${JSON.stringify({ asked, answered, problems })}\n`);
