import {
  brokerNames,
  revokeToken,
  tokenStates,
  type BrokerName,
  type DirectSettings,
  type TokenState,
} from '@hub/client';

import { UsageInvalid, wrongUsage } from '../error/index.js';
import { count, duration, koreanTime } from '../terminal/numbers.js';
import { withClosers } from './closers.js';
import type { Context } from './context.js';
import { openRedis } from './redis-servers.js';
import { chooseSettings } from './settings.js';
import { unlessStopped } from './stop.js';

/** Flags of `hub tokens revoke`, as typed. */
export interface RevokeFlags {
  readonly broker?: string;
  readonly key?: string;
  readonly yes?: boolean;
}

/** Whose token is meant. */
interface Target {
  readonly broker: BrokerName;
  readonly keyId: string;
}

/**
 * `hub tokens revoke`: ends the shared token of one key at the broker. Without `--yes` it only says what would happen.
 * Returns the exit code: 0 revoked, 1 there was no token, 2 not confirmed.
 */
export const revoke = (context: Context, flags: RevokeFlags): Promise<number> =>
  withClosers(async (closers) => {
    const { screen, env, stop } = context;
    const chosen = chooseSettings(env, undefined);
    if (!('settings' in chosen)) throw new UsageInvalid(chosen);
    const target = targetIn(chosen.settings, flags);
    const redis = await openRedis(context, { urls: chosen.settings.redis, embedded: chosen.embedded }, closers);
    const settings = { ...chosen.settings, redis };
    const token = await stateOf(settings, target);
    if (token?.state !== 'present') {
      screen.say(`${target.broker}, key ${target.keyId}: no token is stored, so there is nothing to revoke`);
      screen.emit({ revoked: false });
      return 1;
    }
    if (flags.yes !== true) {
      for (const line of warningLines(token, context.now())) screen.say(line);
      screen.emit({ revoked: false, generation: token.generation, account: token.account });
      return 2;
    }
    const outcome = await unlessStopped(revokeToken(settings, target), stop);
    screen.say(outcomeLine(outcome));
    screen.emit(outcome);
    return outcome.revoked ? 0 : 1;
  });

const targetIn = (settings: DirectSettings, { broker: name, key }: RevokeFlags): Target => {
  const set = brokerNames.filter((each) => settings[each] !== undefined);
  const broker = set.find((each) => each === name);
  if (broker === undefined) {
    throw wrongUsage(`--broker ${name ?? 'is missing'}: whose token is meant?`, `Set up here: ${set.join(', ')}.`);
  }
  const keyIds = settings[broker]?.keys.map(({ keyId }) => keyId) ?? [];
  const keyId = key ?? (keyIds.length === 1 ? keyIds[0] : undefined);
  if (keyId === undefined || !keyIds.includes(keyId)) {
    const what = key === undefined ? 'is missing, and there are several keys' : `${key} is not set up here`;
    throw wrongUsage(`--key ${what}`, `The keys of ${broker}: ${keyIds.join(', ')}.`);
  }
  return { broker, keyId };
};

const stateOf = async (settings: DirectSettings, { broker, keyId }: Target): Promise<TokenState | undefined> => {
  const states = await tokenStates(settings, broker);
  return states.find(({ account, purpose }) => purpose === 'rest' && account.endsWith(`:${keyId}`));
};

/** What would happen, at `now` (UTC epoch ms). */
export const warningLines = (token: TokenState & { readonly state: 'present' }, now: number): string[] => {
  const { account, generation, issuedAt, issuedBy, expiresAt } = token;
  const age = duration(now - issuedAt);
  return [
    `would revoke the token of ${account}: generation ${count(generation)}, issued ${age} ago by ${issuedBy}, good until ${koreanTime(expiresAt)}`,
    'Calls of every process that uses it are refused once, and wait for a new one: a minute at most.',
    ...(account.startsWith('kis:') ? [deadTokenLine] : []),
    'Nothing was done. Say --yes to do it.',
  ];
};

/** Uncertain, and costly if it is so: the dead-token trap (single reports, 2026-11-23). */
const deadTokenLine =
  'Within six hours of its issue KIS may hand the same, dead token out again: then this key has none until those are over (HUB_TOKEN_DEAD).';

const outcomeLine = (outcome: Awaited<ReturnType<typeof revokeToken>>): string => {
  const { account } = outcome;
  if (!outcome.revoked) return `${account}: no token is stored any more, so there was nothing to revoke`;
  const generation = count(outcome.generation);
  return outcome.forgotten
    ? `${account}: generation ${generation} is revoked; the next call asks for a new one`
    : `${account}: generation ${generation} is revoked; a newer token had been stored meanwhile and was left alone`;
};
