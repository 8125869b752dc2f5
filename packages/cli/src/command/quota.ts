import { setTimeout as sleep } from 'node:timers/promises';

import type { QuotaAccount, QuotaSpent } from '@hub/client';

import { errorLine, failureOf } from '../terminal/error.js';
import { withClosers } from './closers.js';
import type { Context } from './context.js';
import { openHub } from './open-hub.js';
import { accountLines } from './quota-report.js';
import { spentLines, spentRequest, type Grouping } from './quota-spent.js';
import { unlessStopped } from './stop.js';

/** Flags of `hub quota`, as typed. */
export interface QuotaFlags {
  readonly watch?: boolean;
  readonly baseUrl?: string;
  /** What to add up by, instead of what the quota is now. */
  readonly by?: string;
  /** How far back, `10m`. */
  readonly since?: string;
}

const refreshMs = 1_000;

/** `hub quota`: what the shared quota is now, and why, or who spent it. Makes no call and spends nothing. */
export const quota = async (context: Context, flags: QuotaFlags): Promise<void> => {
  const asked = spentRequest(flags.by, flags.since);
  await withClosers(async (closers) => {
    const hub = await openHub(context, flags.baseUrl, closers);
    const look = async (): Promise<void> => {
      if (asked === undefined) showAccounts(context, await unlessStopped(hub.quota.snapshot(), context.stop));
      else showSpent(context, await unlessStopped(hub.quota.spent(asked), context.stop), asked.by);
    };
    await look();
    if (flags.watch === true) await watch(context, look);
  });
};

const watch = async ({ stop, screen }: Context, look: () => Promise<void>): Promise<void> => {
  while (!stop.aborted) {
    await sleep(refreshMs, undefined, { signal: stop }).catch(() => undefined);
    try {
      await look();
    } catch (error) {
      // A gatekeeper that is away for a while comes back; what fails after a Ctrl-C fails because of it.
      if (error !== stop.reason) screen.note(errorLine(failureOf(error)));
    }
  }
};

const showAccounts = (context: Context, accounts: readonly QuotaAccount[]): void => {
  context.screen.emit({ accounts });
  show(context, accounts.map(accountLines));
};

const showSpent = (context: Context, spent: readonly QuotaSpent[], by: Grouping): void => {
  context.screen.emit({ spent });
  show(
    context,
    spent.map((each) => spentLines(each, by)),
  );
};

const show = ({ screen }: Context, accounts: readonly (readonly string[])[]): void => {
  if (screen.json) return;
  const lines = accounts.flatMap((account, index) => [...(index === 0 ? [] : ['']), ...account]);
  screen.page(lines.length === 0 ? ['no account has been used within a day'] : lines);
};
