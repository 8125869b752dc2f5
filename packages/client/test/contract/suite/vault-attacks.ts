import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RedisUnreachable, TokenRefused } from '../../../src/error/index.js';
import type { Clock } from '../../../src/runtime/clock.js';
import type { Notice } from '../../../src/runtime/notice.js';
import {
  IssueNotSent,
  type Identity,
  type IssueToken,
  type TokenStore,
  type Vault,
} from '../../../src/vault/contract.js';
import { sharedVault, type VaultTiming } from '../../../src/vault/shared-vault.js';
import { freshKeyId } from '../../support/world.js';
import type { VaultWorld } from './vault.js';

const hourMs = 3_600_000;
const never = new AbortController().signal;

interface Parts {
  readonly issue: IssueToken;
  readonly store?: Partial<TokenStore>;
  readonly clock?: Clock;
  readonly timing?: Partial<VaultTiming>;
}

/** What the vault promises when clocks are wrong, processes are stopped, and words are lost. */
export const vaultAttacksSuite = (name: string, make: () => VaultWorld): void => {
  describe(`the vault under attack: ${name}`, () => {
    let world: VaultWorld;
    let identity: Identity;
    let notices: Notice[];
    let vaults: Vault[];
    beforeEach(() => {
      world = make();
      identity = { broker: 'kis', environment: 'real', keyId: freshKeyId(), purpose: 'rest' };
      [notices, vaults] = [[], []];
    });
    afterEach(() => Promise.all(vaults.map((vault) => vault.close())));

    const vaultWith = ({ issue, store = {}, clock = world.clock, timing = {} }: Parts): Vault => {
      const vault = sharedVault({
        store: { ...world.store, ...store },
        lock: world.lock,
        issue,
        timing: () => ({
          ...{ renewBeforeMs: 1_000, cooldownMs: 150, issueDeadlineMs: 300, sameTokenMs: 6 * hourMs },
          ...timing,
        }),
        clock,
        random: () => 0.5,
        notify: (notice) => notices.push(notice),
        issuer: 'here:1',
      });
      vaults.push(vault);
      return vault;
    };
    const ask = (vault: Vault) => world.until(vault.token(identity, { signal: never }));
    const fresh: IssueToken = async () => ({ token: 'fresh', expiresAt: world.clock.now() + hourMs });
    const nobody: IssueToken = () => Promise.reject(new Error('nobody was to ask'));

    it('a machine whose clock is a day ahead refuses its own calls, and nobody else’s', async () => {
      await ask(vaultWith({ issue: fresh }));
      await world.pass(160);
      const clock: Clock = { ...world.clock, now: () => world.clock.now() + 24 * hourMs };
      await expect(ask(vaultWith({ issue: fresh, clock }))).rejects.toMatchObject({ code: 'HUB_TOKEN_REFUSED' });
      expect(await world.store.read(identity)).toMatchObject({ kind: 'refused' });
      expect(await ask(vaultWith({ issue: nobody }))).toMatchObject({ token: 'fresh', generation: 1 });
    });

    it('a renewal that the broker refuses leaves the token of before to processes that start', async () => {
      await ask(vaultWith({ issue: fresh }));
      await world.pass(160);
      const refuse: IssueToken = () => Promise.reject(new TokenRefused('EGW00103', 'no', 'Check the key.'));
      const renewing = vaultWith({ issue: refuse });
      await expect(world.until(renewing.token(identity, { signal: never, newerThan: 1 }))).rejects.toMatchObject({
        code: 'HUB_TOKEN_REFUSED',
      });
      expect(await ask(vaultWith({ issue: nobody }))).toMatchObject({ token: 'fresh' });
    });

    it('a process that was stopped for longer than the cooldown does not end the one of another', async () => {
      let go: () => void = () => undefined;
      const stopped = new Promise<void>((resolve) => {
        go = resolve;
      });
      const cause = new RedisUnreachable('gatekeeper', 'redis://x');
      const first = vaultWith({
        issue: async () => {
          await stopped;
          throw new IssueNotSent(cause);
        },
        timing: { issueDeadlineMs: 20, cooldownMs: 20 },
      });
      const late = expect(first.token(identity, { signal: never })).rejects.toBe(cause);
      await world.pass(45);
      await world.store.beginIssue(identity, 5_000, 'of another process');
      go();
      await world.until(late);
      expect(await world.store.beginIssue(identity, 5_000, 'one more')).toMatchObject({ kind: 'wait' });
    });

    it('a token whose announcement was lost is found all the same, long before the lock of its issuer ends', async () => {
      let answer: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const timing = { issueDeadlineMs: 30_000, cooldownMs: 60_000 };
      const issuing = vaultWith({ issue: (...args) => gate.then(() => fresh(...args)), timing });
      const issued = issuing.token(identity, { signal: never });
      await world.pass(30);
      const deaf = vaultWith({ issue: nobody, timing, store: { watch: async () => () => undefined } });
      const before = world.clock.monotonic();
      const waiting = deaf.token(identity, { signal: never });
      await world.pass(30);
      answer();
      expect(await world.until(waiting)).toMatchObject({ token: 'fresh' });
      expect(world.clock.monotonic() - before).toBeLessThan(4_000);
      await world.until(issued);
    });

    it('a token that was stored is good, though nobody can say whether a stranger has it', async () => {
      const old: IssueToken = async () => {
        const now = world.clock.now();
        return { token: 'old', expiresAt: now + hourMs, issuedAt: now - hourMs };
      };
      const away = () => Promise.reject(new RedisUnreachable('main', 'redis://x'));
      expect(await ask(vaultWith({ issue: old, store: { attemptsBetween: away } }))).toMatchObject({ token: 'old' });
      expect(notices.map(({ kind }) => kind)).toEqual(['token-issued']);
    });
  });
};
