import { createHub, type Hub } from '@hub/client';

import { UsageInvalid } from '../error/index.js';
import type { Closers } from './closers.js';
import type { Context } from './context.js';
import { openRedis } from './redis-servers.js';
import { chooseSettings, isServiceMode } from './settings.js';

/** A hub to look at what is shared: with the keys of the settings, or without any where programs have none. */
export const openHub = async (context: Context, baseUrl: string | undefined, closers: Closers): Promise<Hub> => {
  const { env } = context;
  if (isServiceMode(env)) {
    const hub = createHub({}, { env });
    closers.add(() => hub.close());
    return hub;
  }
  const chosen = chooseSettings(env, baseUrl);
  if (!('settings' in chosen)) throw new UsageInvalid(chosen);
  const { settings, embedded, options } = chosen;
  const redis = await openRedis(context, { urls: settings.redis, embedded }, closers);
  const hub = createHub({ ...options, redis }, { env });
  closers.add(() => hub.close());
  return hub;
};
