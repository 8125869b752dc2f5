import { describe, expect, it } from 'vitest';

import { RedisUnreachable, TokenRefused } from '../../../src/error/index.js';
import type { Clock } from '../../../src/runtime/clock.js';
import type { Notice } from '../../../src/runtime/notice.js';
import { IssueNotSent, type Identity, type IssueToken, type Vault } from '../../../src/vault/contract.js';
import { hourMs, stagePerTest, type VaultStage, type VaultWorld } from './vault-stage.js';

const never = new AbortController().signal;

/** What the vault promises when clocks are wrong, processes are stopped, and words are lost. */
export const vaultAttacksSuite = (name: string, make: () => VaultWorld): void => {
  describe(`the vault under attack: ${name}`, () => {
    let world: VaultWorld;
    let identity: Identity;
    let notices: Notice[];
    let openVault: VaultStage['openVault'];
    stagePerTest(make, (stage) => {
      ({ world, identity, notices, openVault } = stage);
    });

    const ask = (vault: Vault) => world.until(vault.token(identity, { signal: never }));
    const fresh: IssueToken = async () => ({ token: 'fresh', expiresAt: world.clock.now() + hourMs });
    const nobody: IssueToken = () => Promise.reject(new Error('nobody was to ask'));

    it('a machine whose clock is a day ahead refuses its own calls, and nobody else’s', async () => {
      await ask(openVault({ issue: fresh }));
      await world.pass(160);
      const clock: Clock = { ...world.clock, now: () => world.clock.now() + 24 * hourMs };
      await expect(ask(openVault({ issue: fresh, clock }))).rejects.toMatchObject({ code: 'HUB_TOKEN_REFUSED' });
      expect(await world.store.read(identity)).toMatchObject({ kind: 'refused' });
      expect(await ask(openVault({ issue: nobody }))).toMatchObject({ token: 'fresh', generation: 1 });
    });

    it('a renewal that the broker refuses leaves the token of before to processes that start', async () => {
      await ask(openVault({ issue: fresh }));
      await world.pass(160);
      const refuse: IssueToken = () => Promise.reject(new TokenRefused('EGW00103', 'no', 'Check the key.'));
      const renewing = openVault({ issue: refuse });
      await expect(world.until(renewing.token(identity, { signal: never, newerThan: 1 }))).rejects.toMatchObject({
        code: 'HUB_TOKEN_REFUSED',
      });
      expect(await ask(openVault({ issue: nobody }))).toMatchObject({ token: 'fresh' });
    });

    it('a process that was stopped for longer than the cooldown does not end the one of another', async () => {
      let go: () => void = () => undefined;
      const stopped = new Promise<void>((resolve) => {
        go = resolve;
      });
      let begin: () => void = () => undefined;
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const cause = new RedisUnreachable('gatekeeper', 'redis://x');
      const first = openVault({
        issue: async () => {
          begin();
          await stopped;
          throw new IssueNotSent(cause);
        },
        timing: { issueDeadlineMs: 20, cooldownMs: 20 },
      });
      const late = expect(first.token(identity, { signal: never })).rejects.toBe(cause);
      await world.until(begun);
      await world.pass(45);
      expect(await world.store.beginIssue(identity, 5_000, 'of another process')).toMatchObject({ kind: 'go' });
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
      let begin: () => void = () => undefined;
      const asked = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const held: IssueToken = async (...args) => {
        begin();
        await gate;
        return fresh(...args);
      };
      const issuing = openVault({ issue: held, timing });
      const issued = issuing.token(identity, { signal: never });
      await world.until(asked);
      const deaf = openVault({ issue: nobody, timing, store: { watch: async () => () => undefined } });
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
      expect(await ask(openVault({ issue: old, store: { attemptsBetween: away } }))).toMatchObject({ token: 'old' });
      expect(notices.map(({ kind }) => kind)).toEqual(['token-issued']);
    });
  });
};
