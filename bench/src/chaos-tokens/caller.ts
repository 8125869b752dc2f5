import { setTimeout as sleep } from 'node:timers/promises';

import { createHub, isHubError } from '@hub/client';

import { onMessage, tell, untilReleased } from '../harness/child.js';
import { doneKind, type Done, type Errand } from './errand.js';

const price = { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: '005930' };

/** After a failure that does not say when to come again. */
const pauseAfterFailureMs = 100;
/** An errand whose calls fail must end too. */
const longestPauseMs = 10_000;

const run = async (errand: Errand): Promise<Omit<Done, 'kind'>> => {
  const issued: string[] = [];
  const isolated: string[] = [];
  const hub = createHub(
    {
      redis: errand.redis,
      renewBeforeMs: errand.renewBeforeMs,
      kis: {
        keys: errand.keys,
        baseUrl: errand.brokerUrl,
        perSecond: errand.perSecond,
        tokenCooldownMs: errand.tokenCooldownMs,
      },
    },
    {
      env: {},
      notify: (notice) => {
        if (notice.kind === 'token-issued') issued.push(`${notice.account} ${String(notice.generation)}`);
        if (notice.kind === 'key-isolated') isolated.push(notice.code);
      },
    },
  );
  let left = errand.calls;
  let made = 0;
  const failed: Record<string, number> = {};
  const loop = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      try {
        await hub.kis.call('inquire-price', price);
        made += 1;
      } catch (error) {
        const code = isHubError(error) ? error.code : String(error);
        failed[code] = (failed[code] ?? 0) + 1;
        const waitMs = isHubError(error) ? error.retryAfterMs : undefined;
        await sleep(Math.min(waitMs ?? pauseAfterFailureMs, longestPauseMs));
      }
    }
  };
  await Promise.all(Array.from({ length: errand.inFlight }, loop));
  await hub.close();
  return { made, failed, issued, isolated, mostMb: Math.round(process.resourceUsage().maxRSS / 1_024) };
};

onMessage('go', (message) => {
  const errand = message as Errand; // the only message of this kind
  void run(errand).then((outcome) => {
    tell({ kind: doneKind(errand.id), ...outcome });
  });
});
tell({ kind: 'ready' });
await untilReleased();
process.exit();
