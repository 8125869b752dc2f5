import { describe, expect, it } from 'vitest';

import type { Clock } from '../../../src/runtime/clock.js';
import type { Notice } from '../../../src/runtime/notice.js';
import { IssueTooSoon, type Identity, type IssueToken, type Purpose, type Vault } from '../../../src/vault/contract.js';
import { tokenDigest } from '../../../src/vault/digest.js';
import { freshKeyId } from '../../support/world.js';
import { hourMs, stagePerTest, type VaultStage, type VaultWorld } from './vault-stage.js';

const cooldowns = { rest: 150, websocket: 40 } as const satisfies Record<Purpose, number>;
type Cooldowns = Readonly<Record<Purpose, number>>;
const never = new AbortController().signal;

/** What the vault makes of revoked tokens, of strangers, and of the purposes of a key. */
export const vaultTracesSuite = (name: string, make: () => VaultWorld): void => {
  describe(`traces in the vault: ${name}`, () => {
    let world: VaultWorld;
    let identity: Identity;
    let notices: Notice[];
    let openVault: VaultStage['openVault'];
    stagePerTest(make, (stage) => {
      ({ world, identity, notices, openVault } = stage);
    });

    const vaultWith = (
      issue: IssueToken,
      { cooldownOf = cooldowns, clock }: { cooldownOf?: Cooldowns; clock?: Clock } = {},
    ): Vault =>
      openVault({
        issue,
        ...(clock === undefined ? {} : { clock }),
        timing: (purpose) => ({ cooldownMs: cooldownOf[purpose] }),
      });
    const ask = (vault: Vault, newerThan?: number, whose = identity) =>
      world.until(vault.token(whose, { signal: never, ...(newerThan === undefined ? {} : { newerThan }) }));
    /** Hands out these texts, one after the other; made just now unless said otherwise. */
    const tokens = (texts: readonly string[], ageMs = 0): IssueToken => {
      let next = 0;
      return async () => {
        const now = world.clock.now();
        return { token: texts[next++] ?? 'no more', expiresAt: now + hourMs, issuedAt: now - ageMs };
      };
    };
    const strangers = () => notices.filter(({ kind }) => kind === 'token-foreign');
    const forget = (generation: number, text: string) => world.store.forget(identity, generation, tokenDigest(text));

    it('a revoked token is followed by a newer generation, also for whoever never had it', async () => {
      const first = vaultWith(tokens(['one', 'two']));
      await ask(first);
      expect(await forget(1, 'one')).toBe(true);
      expect(await world.store.read(identity)).toMatchObject({ kind: 'revoked', generation: 1 });
      expect(await ask(vaultWith(tokens(['two'])))).toMatchObject({ generation: 2, token: 'two' });
      expect(await ask(first, 1)).toMatchObject({ generation: 2, token: 'two' });
    });

    it('a newer token than the one that was revoked stays', async () => {
      const vault = vaultWith(tokens(['one', 'two']));
      await ask(vault);
      await ask(vault, 1);
      expect(await forget(1, 'one')).toBe(false);
      expect(await world.store.read(identity)).toMatchObject({
        kind: 'token',
        record: { generation: 2, token: 'two' },
      });
    });

    it('a revoked token that the broker hands out again is dead for hours', async () => {
      const vault = vaultWith(tokens(['one', 'one']));
      await ask(vault);
      await forget(1, 'one');
      await expect(ask(vault, 1)).rejects.toMatchObject({ code: 'HUB_TOKEN_DEAD' });
      await expect(ask(vaultWith(tokens([])))).rejects.toMatchObject({ code: 'HUB_TOKEN_DEAD' });
    });

    it('a token that was made when nobody of ours asked is in other hands too, and the user is told once', async () => {
      expect(await ask(vaultWith(tokens(['old'], hourMs)))).toMatchObject({ token: 'old' });
      const issuedAt = expect.any(Number);
      expect(strangers()).toEqual([{ kind: 'token-foreign', account: `kis:real:${identity.keyId}`, issuedAt }]);
      expect(await world.store.foreign(identity)).toEqual({ how: 'same-token', issuedAt, seenAt: expect.any(Number) });
    });

    it.each([
      ['made just now', 0],
      ['made minutes ago, when clocks may differ', 240_000],
    ])('a token %s is no trace of a stranger', async (_what, ageMs) => {
      await ask(vaultWith(tokens(['new'], ageMs)));
      expect(strangers()).toEqual([]);
      expect(await world.store.foreign(identity)).toBeUndefined();
    });

    it('neither is one that comes again at an early renewal, nor one that an issuer of ours died over', async () => {
      const vault = vaultWith(tokens(['one', 'one'], hourMs));
      const record = {
        token: 'one',
        expiresAt: world.clock.now() + 500,
        generation: 1,
        issuedBy: 'here:1',
        issuedAt: 0,
      };
      await world.store.save(identity, record, 0);
      expect(await ask(vault)).toMatchObject({ token: 'one', generation: 2 });
      expect(strangers()).toEqual([]);

      const other: Identity = { ...identity, keyId: freshKeyId() };
      await world.store.beginIssue(other, 20, 'died');
      await world.pass(25);
      const madeAt = world.clock.now();
      const late: IssueToken = async () => ({ token: 'died over', expiresAt: madeAt + hourMs, issuedAt: madeAt });
      // Ten minutes later, by the clock of the machine that looks.
      const clock: Clock = { ...world.clock, now: () => world.clock.now() + 600_000 };
      await ask(vaultWith(late, { clock }), undefined, other);
      expect(strangers()).toEqual([]);
      expect(await world.store.attemptsBetween(other, madeAt - 60_000, madeAt + 60_000)).toBe(2);
    });

    it('a minute that somebody outside took is remembered with the words of the broker', async () => {
      let asked = 0;
      const issue: IssueToken = async () => {
        asked += 1;
        if (asked === 1) throw new IssueTooSoon('1분당 1회');
        return { token: 'one', expiresAt: world.clock.now() + hourMs };
      };
      await ask(vaultWith(issue));
      expect(await world.store.foreign(identity)).toMatchObject({ how: 'limit', brokerMessage: '1분당 1회' });
    });

    it('the purposes of a key have records and cooldowns of their own', async () => {
      const socket: Identity = { ...identity, purpose: 'websocket' };
      let issued = 0;
      const issue: IssueToken = async ({ purpose }) => {
        issued += 1;
        return { token: `${purpose} ${String(issued)}`, expiresAt: world.clock.now() + hourMs };
      };
      const vault = vaultWith(issue, { cooldownOf: { ...cooldowns, rest: 60_000 } });
      expect(await ask(vault)).toMatchObject({ token: 'rest 1', generation: 1 });
      const before = world.clock.monotonic();
      expect(await ask(vault, undefined, socket)).toMatchObject({ token: 'websocket 2', generation: 1 });
      expect(await ask(vault, 1, socket)).toMatchObject({ token: 'websocket 3', generation: 2 });
      const took = world.clock.monotonic() - before;
      expect(took).toBeGreaterThanOrEqual(cooldowns.websocket - 5);
      expect(took).toBeLessThan(30_000);
      expect(await world.store.read(identity)).toMatchObject({ kind: 'token', record: { generation: 1 } });
    });
  });
};
