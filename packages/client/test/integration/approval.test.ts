import { afterAll, describe, expect, it } from 'vitest';

import { redisUrls } from '../../../../test/support/redis.js';
import { openLedger } from '../../src/hub/open-ledger.js';
import { openVault } from '../../src/hub/open-vault.js';
import { routesOf } from '../../src/hub/route.js';
import { keyIdOf, settingsOf, tokenStates, type DirectSettings } from '../../src/index.js';
import { httpTransport } from '../../src/request/transport.js';
import { withPermit } from '../../src/request/with-permit.js';
import { withTimeout } from '../../src/request/with-timeout.js';
import { systemClock } from '../../src/runtime/clock.js';
import type { Identity } from '../../src/vault/contract.js';
import { redlockTokenLock } from '../../src/vault/redis/token-lock.js';
import { freshKeyId, portTo } from '../support/world.js';
import { openStage, type Stage } from '../support/hub.js';

const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
});

/** The vault of one more process: what a feed will take its approval keys from. */
const openKeys = (stage: Stage, cooldownMs = 300) => {
  const kis = { ...stage.key, baseUrl: stage.sim.url, approvalCooldownMs: cooldownMs };
  const settings = settingsOf({ redis: redisUrls(), kis }, {}) as DirectSettings; // direct is the default mode
  const [route] = routesOf(settings);
  if (route === undefined) throw new Error('KIS is not set up');
  const main = portTo('main', redisUrls().main);
  const { ledger, close } = openLedger({ url: redisUrls().gatekeeper });
  const transport = httpTransport(stage.sim.url, systemClock);
  const send = withPermit(ledger)(withTimeout(systemClock)(transport.send));
  const effects = { clock: systemClock, random: Math.random, notify: () => undefined };
  const vault = openVault(route, { settings, main, lock: redlockTokenLock([main]), send, ...effects });
  closers.push(
    () => vault.close(),
    () => transport.close(),
    close,
    () => main.close(),
  );
  const keyId = keyIdOf(stage.key.appKey);
  const identity: Identity = { broker: 'kis', environment: 'real', keyId, purpose: 'websocket' };
  return { settings, identity, ask: (newerThan = 0) => vault.token(identity, { signal: never, newerThan }) };
};

describe('the approval key of a WebSocket', () => {
  const approvals = (stage: Stage) => stage.sim.journal().entries.filter(({ path }) => path === '/oauth2/Approval');

  it('is asked for once by several processes, lives for a day, and is no token of the REST calls', async () => {
    await using stage = await openStage();
    const processes = [openKeys(stage), openKeys(stage), openKeys(stage)];
    const keys = await Promise.all(processes.map(({ ask }) => ask()));
    expect(new Set(keys.map(({ token }) => token)).size).toBe(1);
    expect(keys[0]?.token).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect((keys[0]?.expiresAt ?? 0) - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    expect(approvals(stage)).toHaveLength(1);
    expect(stage.sim.journal().tokenIssues.kis).toBe(0);
  });

  it('is asked for again after its own cooldown when the broker rejects it', async () => {
    await using stage = await openStage();
    const { ask } = openKeys(stage);
    const first = await ask();
    expect(await ask(first.generation)).toMatchObject({ generation: 2 });
    const [one, two] = approvals(stage);
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(290);
  });

  it('stands in the list of tokens from the first one on', async () => {
    await using stage = await openStage();
    const { ask, settings } = openKeys(stage);
    const purposes = async () => (await tokenStates(settings, 'kis')).map(({ purpose, state }) => [purpose, state]);
    expect(await purposes()).toEqual([['rest', 'none']]);
    await ask();
    expect(await purposes()).toEqual([
      ['rest', 'none'],
      ['websocket', 'present'],
    ]);
  });

  it('of a wrong key is refused with the words of the broker', async () => {
    await using stage = await openStage();
    const { ask } = openKeys({ ...stage, key: { ...stage.key, appKey: `PS${freshKeyId().repeat(3)}` } });
    await expect(ask()).rejects.toMatchObject({ code: 'HUB_TOKEN_REFUSED', brokerCode: 'EGW00103' });
  });
});
