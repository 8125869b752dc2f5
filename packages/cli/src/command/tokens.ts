import { brokerNames, tokenStates, type TokenState } from '@hub/client';

import { UsageInvalid } from '../error/index.js';
import { count, duration, koreanTime } from '../terminal/numbers.js';
import { table } from '../terminal/table.js';
import { withClosers } from './closers.js';
import type { Context } from './context.js';
import { openRedis } from './redis-servers.js';
import { chooseSettings } from './settings.js';

/** `hub tokens`: the tokens that all processes share, without their texts. Asks no broker. */
export const tokens = (context: Context): Promise<void> =>
  withClosers(async (closers) => {
    const { screen, env } = context;
    const chosen = chooseSettings(env, undefined);
    if (!('settings' in chosen)) throw new UsageInvalid(chosen);
    const { settings, embedded } = chosen;
    const redis = await openRedis(context, { urls: settings.redis, embedded }, closers);
    const states = await Promise.all(brokerNames.map((broker) => tokenStates({ ...settings, redis }, broker)));
    screen.emit({ tokens: states.flat() });
    if (!screen.json) screen.page([...tokenLines(states.flat(), context.now()), ...foreignLines(states.flat())]);
  });

const titles = ['account', 'state', 'generation', 'age', 'issued by', 'good until', 'renewal from', 'issues today'];

/** One line per key and purpose, at `now` (UTC epoch ms); times are Korean. */
export const tokenLines = (states: readonly TokenState[], now: number): string[] =>
  table(
    titles.map((title) => ({ title })),
    states.map((token) => [nameOf(token), ...cellsOf(token, now), count(token.issuesToday)]),
  );

const nameOf = ({ account, purpose }: TokenState): string =>
  purpose === 'websocket' ? `${account} (approval key)` : account;

/** Who else asks for tokens of these keys: one line each. */
export const foreignLines = (states: readonly TokenState[]): string[] =>
  states.flatMap((token) => {
    const { foreign } = token;
    if (foreign === undefined) return [];
    const seen = `${nameOf(token)}: somebody outside the hub asks for tokens too; seen ${koreanTime(foreign.seenAt)}`;
    return foreign.how === 'limit'
      ? [`${seen}, when the broker refused one as the second of its minute: ${foreign.brokerMessage}`]
      : [`${seen}, when the broker handed out a token that it had made ${koreanTime(foreign.issuedAt)}`];
  });

const nothing = ['–', '–', '–', '–', '–'] as const;

const cellsOf = (token: TokenState, now: number): readonly string[] => {
  switch (token.state) {
    case 'present': {
      const { generation, issuedAt, issuedBy, expiresAt, renewsAt } = token;
      const state = expiresAt > now ? 'good' : 'expired, the next call renews it';
      const times = [duration(now - issuedAt), issuedBy, koreanTime(expiresAt), koreanTime(renewsAt)];
      return [state, count(generation), ...times];
    }
    case 'refused':
      return [`refused: ${token.brokerCode} ${token.brokerMessage}`, ...nothing];
    case 'dead':
      return [`dead until ${koreanTime(token.until)}`, ...nothing];
    case 'revoked':
      return ['revoked, the next call asks for one', count(token.generation), ...nothing.slice(1)];
    case 'none':
      return ['none yet', ...nothing];
  }
};
