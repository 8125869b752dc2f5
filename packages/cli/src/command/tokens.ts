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
    if (!screen.json) screen.page(tokenLines(states.flat(), context.now()));
  });

const titles = ['account', 'state', 'generation', 'age', 'issued by', 'good until', 'renewal from', 'issues today'];

/** One line per key, at `now` (UTC epoch ms); times are Korean. */
export const tokenLines = (states: readonly TokenState[], now: number): string[] =>
  table(
    titles.map((title) => ({ title })),
    states.map((token) => [token.account, ...cellsOf(token, now), count(token.issuesToday)]),
  );

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
    case 'none':
      return ['none yet', ...nothing];
  }
};
