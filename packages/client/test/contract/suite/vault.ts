import { describe, expect, it } from 'vitest';

import { BrokerUnreachable, CallTimeout, TokenRefused } from '../../../src/error/index.js';
import type { Notice } from '../../../src/runtime/notice.js';
import {
  IssueNotSent,
  IssueTooSoon,
  type Identity,
  type TokenLock,
  type TokenRecord,
  type Vault,
} from '../../../src/vault/contract.js';
import { hourMs, stagePerTest, type VaultStage, type VaultWorld } from './vault-stage.js';

const cooldownMs = 150;
const never = new AbortController().signal;

/** What the vault promises over every token store. `make` is asked anew for each test. */
export const vaultSuite = (name: string, make: () => VaultWorld): void => {
  describe(`vault: ${name}`, () => {
    let world: VaultWorld;
    let identity: Identity;
    let issues: number;
    let notices: Notice[];
    let openVault: VaultStage['openVault'];
    stagePerTest(make, (stage) => {
      ({ world, identity, notices, openVault } = stage);
      issues = 0;
    });

    /** The broker: the answer to the n-th token request. */
    type Script = (nth: number) => Promise<{ token: string; expiresAt: number; issuedAt?: number }>;
    const fresh: Script = async (nth) => ({ token: `token ${String(nth)}`, expiresAt: world.clock.now() + hourMs });
    const vaultWith = (script: Script, renewBeforeMs = 1_000, lock: TokenLock = world.lock): Vault =>
      openVault({ issue: () => script((issues += 1)), lock, timing: { renewBeforeMs, cooldownMs } });
    const token = (vault: Vault, newerThan?: number): Promise<TokenRecord> =>
      world.until(vault.token(identity, { signal: never, ...(newerThan === undefined ? {} : { newerThan }) }));
    const failing =
      (error: Error): Script =>
      () =>
        Promise.reject(error);

    it('asks the broker once for many callers in several processes', async () => {
      const three = [fresh, fresh, fresh].map((script) => vaultWith(script));
      const records = await world.until(
        Promise.all(three.flatMap((vault) => [1, 2, 3].map(() => vault.token(identity, { signal: never })))),
      );
      expect(issues).toBe(1);
      expect(new Set(records.map((record) => record.token))).toEqual(new Set(['token 1']));
      expect(records[0]).toMatchObject({ generation: 1, issuedBy: 'here:1' });
    });

    it('says that a token was issued, without the token', async () => {
      await token(vaultWith(fresh));
      expect(notices).toContainEqual(expect.objectContaining({ kind: 'token-issued', generation: 1 }));
      expect(JSON.stringify(notices)).not.toContain('token 1');
    });

    it('knows its copy without waiting', async () => {
      const vault = vaultWith(fresh);
      expect(vault.peek(identity)).toBeUndefined();
      const record = await token(vault);
      expect(vault.peek(identity)).toEqual(record);
    });

    it('issues once for a rejected generation, whoever asks', async () => {
      const [left, right] = [vaultWith(fresh), vaultWith(fresh)];
      await token(left);
      const renewed = await world.until(
        Promise.all([left, right, left].map((vault) => vault.token(identity, { signal: never, newerThan: 1 }))),
      );
      expect(renewed.map(({ generation }) => generation)).toEqual([2, 2, 2]);
      expect(issues).toBe(2);
    });

    it('gives a caller that lags behind the newer token that is there', async () => {
      const [left, right] = [vaultWith(fresh), vaultWith(fresh)];
      await token(left);
      await token(left, 1);
      expect(await token(right, 1)).toMatchObject({ generation: 2 });
      expect(issues).toBe(2);
    });

    it('waits for the end of the cooldown before it asks again', async () => {
      const vault = vaultWith(fresh);
      await token(vault);
      const before = world.clock.monotonic();
      await token(vault, 1);
      expect(world.clock.monotonic() - before).toBeGreaterThanOrEqual(cooldownMs - 30);
    });

    it('counts on from the generation that was rejected, although the record is lost', async () => {
      expect(await token(vaultWith(fresh), 7)).toMatchObject({ generation: 8 });
    });

    it('writes nothing over a newer token when its lock was lost', async () => {
      const lost: TokenLock = { tryAcquire: async () => async () => Promise.resolve() };
      let answer: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const slow = vaultWith((nth) => gate.then(() => fresh(nth)), 1_000, lost);
      const waiting = slow.token(identity, { signal: never });
      await world.pass(20);
      expect(await token(vaultWith(fresh, 1_000, lost))).toMatchObject({ generation: 1, token: 'token 2' });
      answer();
      expect(await world.until(waiting)).toMatchObject({ generation: 1, token: 'token 2' });
      expect(await world.store.read(identity)).toMatchObject({ kind: 'token', record: { token: 'token 2' } });
    });

    it('shares a refusal: the others do not ask', async () => {
      const refuse = failing(new TokenRefused('EGW00103', 'wrong key', 'Check the key.'));
      const results = await world.until(
        Promise.allSettled([1, 2, 3].map(() => vaultWith(refuse).token(identity, { signal: never }))),
      );
      for (const result of results) {
        expect(result).toMatchObject({
          status: 'rejected',
          reason: { code: 'HUB_TOKEN_REFUSED', brokerCode: 'EGW00103' },
        });
      }
      expect(issues).toBe(1);
    });

    it('refuses a token that has ended before it came, instead of asking for one more every minute', async () => {
      const vault = vaultWith(async () => ({ token: 'old', expiresAt: world.clock.now() - 1 }));
      await expect(token(vault)).rejects.toMatchObject({
        code: 'HUB_TOKEN_REFUSED',
        remedy: expect.stringContaining('clock of this machine'),
      });
      expect(issues).toBe(1);
    });

    it('takes a token for dead that comes back although it was rejected, and asks no more', async () => {
      const same: Script = async () => ({ token: 'the same', expiresAt: world.clock.now() + hourMs });
      const [left, right] = [vaultWith(same), vaultWith(same)];
      await token(left);
      await expect(token(left, 1)).rejects.toMatchObject({ code: 'HUB_TOKEN_DEAD' });
      await expect(token(right)).rejects.toMatchObject({ code: 'HUB_TOKEN_DEAD' });
      await expect(token(left, 1)).rejects.toMatchObject({ code: 'HUB_TOKEN_DEAD' });
      expect(issues).toBe(2);
    });

    it('renews an old token behind the back of its caller', async () => {
      const vault = vaultWith(fresh, 2 * hourMs);
      await token(vault);
      await world.pass(cooldownMs + 20);
      expect(await token(vault)).toMatchObject({ generation: 1 });
      await world.until(expect.poll(() => vault.peek(identity)).toMatchObject({ generation: 2, token: 'token 2' }));
    });

    it('does not take a token for dead that is handed out again at an early renewal', async () => {
      const same: Script = async () => ({ token: 'the same', expiresAt: world.clock.now() + hourMs });
      const vault = vaultWith(same, 2 * hourMs);
      await token(vault);
      await world.pass(cooldownMs + 20);
      await token(vault);
      await world.until(expect.poll(() => vault.peek(identity)).toMatchObject({ token: 'the same', generation: 2 }));
      expect(issues).toBe(2);
    });

    it('keeps an old token that works when its renewal fails', async () => {
      const script: Script = (nth) => (nth === 1 ? fresh(nth) : Promise.reject(new Error('no luck')));
      const vault = vaultWith(script, 2 * hourMs);
      await token(vault);
      await world.pass(cooldownMs + 20);
      await token(vault);
      await world.until(expect.poll(() => issues).toBe(2));
      expect(await token(vault)).toMatchObject({ generation: 1 });
    });

    it('keeps the old token and says so when somebody outside asked within the minute', async () => {
      const script: Script = (nth) => (nth === 1 ? fresh(nth) : Promise.reject(new IssueTooSoon('1분당 1회')));
      const vault = vaultWith(script, 2 * hourMs);
      await token(vault);
      await world.pass(cooldownMs + 20);
      await token(vault);
      const limited = expect.objectContaining({ kind: 'token-limit', brokerMessage: '1분당 1회' });
      await world.until(expect.poll(() => notices).toContainEqual(limited));
      expect(await token(vault)).toMatchObject({ generation: 1 });
    });

    it('waits out the minute of somebody outside', async () => {
      const script: Script = (nth) => (nth === 2 ? fresh(nth) : Promise.reject(new IssueTooSoon('1분당 1회')));
      const before = world.clock.monotonic();
      expect(await token(vaultWith(script))).toMatchObject({ generation: 1, token: 'token 2' });
      expect(world.clock.monotonic() - before).toBeGreaterThanOrEqual(cooldownMs - 5);
    });

    it('frees the minute when the request never left, and names the reason', async () => {
      const cause = new BrokerUnreachable('oauth2/tokenP', 'refused', false);
      const script: Script = (nth) => (nth === 1 ? Promise.reject(new IssueNotSent(cause)) : fresh(nth));
      const vault = vaultWith(script);
      await expect(token(vault)).rejects.toBe(cause);
      const before = world.clock.monotonic();
      await token(vault);
      expect(world.clock.monotonic() - before).toBeLessThan(cooldownMs - 20);
    });

    it('keeps the minute after a failure that may have reached the broker', async () => {
      const script: Script = (nth) => (nth === 1 ? Promise.reject(new CallTimeout('oauth2/tokenP', 300)) : fresh(nth));
      const vault = vaultWith(script);
      await expect(token(vault)).rejects.toMatchObject({ code: 'HUB_TIMEOUT' });
      expect(notices).toContainEqual(expect.objectContaining({ kind: 'token-failed', code: 'HUB_TIMEOUT' }));
      const before = world.clock.monotonic();
      await token(vault);
      // The deadline of the request and the minute after it.
      expect(world.clock.monotonic() - before).toBeGreaterThanOrEqual(300 + cooldownMs - 50);
    });

    it('lets a caller go that aborts, while the search goes on for the others', async () => {
      let answer: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const vault = vaultWith((nth) => gate.then(() => fresh(nth)));
      const stop = new AbortController();
      const aborted = expect(world.until(vault.token(identity, { signal: stop.signal }))).rejects.toMatchObject({
        code: 'HUB_ABORTED',
      });
      const patient = vault.token(identity, { signal: never });
      stop.abort();
      await aborted;
      answer();
      expect(await world.until(patient)).toMatchObject({ generation: 1 });
      expect(issues).toBe(1);
    });

    it('ends everybody who waits when it is closed', async () => {
      await token(vaultWith(fresh));
      const vault = vaultWith(fresh);
      const waiting = expect(vault.token(identity, { signal: never, newerThan: 1 })).rejects.toMatchObject({
        code: 'HUB_CLOSED',
      });
      await world.pass(30);
      await world.until(vault.close());
      await waiting;
      expect(issues).toBe(1);
    });
  });
};
