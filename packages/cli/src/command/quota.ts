import { setTimeout as sleep } from 'node:timers/promises';

import { createHub, type Hub, type QuotaAccount } from '@hub/client';

import { UsageInvalid } from '../error/index.js';
import { errorLine, failureOf } from '../terminal/error.js';
import { withClosers, type Closers } from './closers.js';
import type { Context } from './context.js';
import { accountLines } from './quota-report.js';
import { openRedis } from './redis-servers.js';
import { chooseSettings, isServiceMode } from './settings.js';
import { unlessStopped } from './stop.js';

/** Flags of `hub quota`, as typed. */
export interface QuotaFlags {
  readonly watch?: boolean;
  readonly baseUrl?: string;
}

const refreshMs = 1_000;

/** `hub quota`: what the shared quota is now, and why. Makes no call and spends nothing. */
export const quota = (context: Context, flags: QuotaFlags): Promise<void> =>
  withClosers(async (closers) => {
    const hub = await openHub(context, flags, closers);
    const look = (): Promise<readonly QuotaAccount[]> => unlessStopped(hub.quota.snapshot(), context.stop);
    show(context, await look());
    if (flags.watch === true) await watch(context, look);
  });

const watch = async (context: Context, look: () => Promise<readonly QuotaAccount[]>): Promise<void> => {
  const { stop, screen } = context;
  while (!stop.aborted) {
    await sleep(refreshMs, undefined, { signal: stop }).catch(() => undefined);
    try {
      show(context, await look());
    } catch (error) {
      // A gatekeeper that is away for a while comes back; what fails after a Ctrl-C fails because of it.
      if (error !== stop.reason) screen.note(errorLine(failureOf(error)));
    }
  }
};

/** With the keys of the settings, or without any where the gatekeeper alone is known. */
const openHub = async (context: Context, { baseUrl }: QuotaFlags, closers: Closers): Promise<Hub> => {
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

const show = ({ screen }: Context, accounts: readonly QuotaAccount[]): void => {
  screen.emit({ accounts });
  if (screen.json) return;
  const lines = accounts.flatMap((account, index) => [...(index === 0 ? [] : ['']), ...accountLines(account)]);
  screen.page(lines.length === 0 ? ['no account has been used within a day'] : lines);
};
