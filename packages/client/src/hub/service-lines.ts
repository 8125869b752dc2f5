import { brokerNames, type BrokerName } from '../broker/contract.js';
import { CallInvalid, ConfigInvalid } from '../error/index.js';
import type { Clock } from '../runtime/clock.js';
import { createCaller } from '../service/caller.js';
import { defaultPrefix } from '../service/contract.js';
import type { Perform } from './broker-calls.js';
import type { Lines } from './lines.js';
import type { ServiceSettings } from './settings.js';
import { openLedger, type Ledger } from './open-ledger.js';
import { openServedRealtime } from './open-realtime.js';
import type { QuotaRoute } from './quota-line.js';
import { defaults } from './settings-schema.js';

export interface ServiceEffects {
  readonly clock: Clock;
  readonly queuePrefix?: string | undefined;
}

/** What the hub of a RestApiWorker has set for its account, so that no caller has to know it. */
const filledByWorkers = { kis: ['CANO', 'ACNT_PRDT_CD'], kiwoom: [] } as const satisfies Record<
  BrokerName,
  readonly string[]
>;

/** Calls that a RestApiWorker makes: this process has no keys. Opens its connections with the first call. */
export const serviceLines = (settings: ServiceSettings, { clock, queuePrefix }: ServiceEffects): Lines => {
  const prefix = queuePrefix ?? defaultPrefix;
  const realtime = openServedRealtime(settings, prefix, clock);
  const caller = createCaller({
    url: settings.redis.main,
    prefix,
    connectTimeoutMs: settings.redisConnectTimeoutMs,
    commandTimeoutMs: settings.redisCommandTimeoutMs,
    deadlineMs: { order: defaults.queuedOrderDeadlineMs, other: defaults.queuedDeadlineMs },
    clock,
  });
  const { gatekeeper: url } = settings.redis;
  const gatekeeper =
    url === undefined
      ? undefined
      : openLedger({
          url,
          connectTimeoutMs: settings.redisConnectTimeoutMs,
          commandTimeoutMs: settings.redisCommandTimeoutMs,
          clock,
        });
  const perform =
    (broker: BrokerName): Perform =>
    async ({ endpoint, raw, page, options }) => {
      if (options.beforeSend !== undefined) {
        throw new CallInvalid(
          `${endpoint.name}: beforeSend cannot travel to the worker that sends`,
          'Leave it out, or make this call with a hub in direct mode.',
        );
      }
      if (options.callerShare !== undefined) {
        throw new CallInvalid(
          `${endpoint.name}: callerShare is not for the caller to say`,
          'Leave it out: the share stands in the token of the caller (`hub callers issue --share`).',
        );
      }
      const { timeoutMs, caller: label } = settings;
      return caller.call({
        broker,
        endpoint,
        ...(raw === undefined ? {} : { raw }),
        page,
        options: {
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
          ...(label === undefined ? {} : { caller: label }),
          ...options,
        },
      });
    };
  return {
    mode: 'service',
    // Who is served is known to the workers alone; what nobody serves ends with HUB_SERVICE_AWAY.
    brokers: brokerNames,
    filled: (broker) => filledByWorkers[broker],
    place: () => undefined,
    caller: settings.caller,
    admit: () => {
      throw new ConfigInvalid(['a hub in service mode makes no calls for others'], 'Give the worker a hub with keys.');
    },
    perform,
    realtime,
    quota: gatekeeper && { ledger: gatekeeper.ledger, accounts: () => accountsOf(gatekeeper.ledger) },
    close: async () => {
      await realtime.close();
      gatekeeper?.drain();
      await Promise.all([caller.close(), gatekeeper?.close()]);
    },
  };
};

/** Whose keys there are is known to the workers; the ledger knows whose quota they spend. */
const accountsOf = async (ledger: Ledger): Promise<QuotaRoute[]> => {
  const accounts = await ledger.accounts();
  return accounts.map((account) => ({ account, budgets: [], limitHere: () => undefined }));
};
