// An issuer that kills itself at one step of a token request: `before` the POST, `during` it, or `after` the answer and
// before the save. Built from the parts that createHub puts together, with the fatal step in between.
import { redisPort } from '../../../packages/client/dist/runtime/redis.js';
import { systemClock } from '../../../packages/client/dist/runtime/clock.js';
import { redlockTokenLock } from '../../../packages/client/dist/vault/redis/token-lock.js';
import { redisTokenStore } from '../../../packages/client/dist/vault/redis/token-store.js';
import { sharedVault } from '../../../packages/client/dist/vault/shared-vault.js';
import { keyIdOf } from '@hub/client';

const { DEATH, REDIS_URL, HUB_KIS_BASE_URL, HUB_KIS_APP_KEY, HUB_KIS_APP_SECRET, HUB_KIS_TOKEN_COOLDOWN_MS } =
  process.env;
const die = () => process.kill(process.pid, 'SIGKILL');
const issuer = `dying:${String(process.pid)}`;
const redis = redisPort({ role: 'main', url: REDIS_URL, connectTimeoutMs: 5_000, commandTimeoutMs: 5_000 });

const post = async () => {
  const request = fetch(`${HUB_KIS_BASE_URL}/oauth2/tokenP`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      appkey: HUB_KIS_APP_KEY,
      appsecret: HUB_KIS_APP_SECRET,
    }),
  });
  if (DEATH === 'during') {
    // Wait until the broker has seen the request, then die without its answer.
    for (;;) {
      const journal = await (await fetch(`${HUB_KIS_BASE_URL}/sim/journal`)).json();
      if (journal.entries.some((entry) => entry.path === '/oauth2/tokenP')) die();
    }
  }
  return (await request).json();
};

const vault = sharedVault({
  store: redisTokenStore({ redis, issuer, now: Date.now }),
  lock: redlockTokenLock([redis]),
  issue: async () => {
    if (DEATH === 'before') die();
    await post();
    return die();
  },
  timing: () => ({
    renewBeforeMs: 60_000,
    cooldownMs: Number(HUB_KIS_TOKEN_COOLDOWN_MS),
    issueDeadlineMs: 3_000,
    sameTokenMs: 6 * 3_600_000,
  }),
  clock: systemClock,
  random: Math.random,
  notify: () => undefined,
  issuer,
});
await vault.token(
  { broker: 'kis', environment: 'real', keyId: keyIdOf(HUB_KIS_APP_KEY), purpose: 'rest' },
  { signal: new AbortController().signal },
);
