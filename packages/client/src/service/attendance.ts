import { brokerNames, type BrokerName } from '../broker/contract.js';
import { systemClock } from '../runtime/clock.js';
import { CallerPort } from './caller-port.js';
import { defaultPrefix } from './contract.js';

const redisTimeoutMs = 4_500;

/** Whose calls a RestApiWorker takes right now, by the heartbeats in the main Redis (`url`). Rejects with HUB_REDIS_UNREACHABLE or HUB_REDIS_REFUSED. */
export const servedBrokers = async (url: string, prefix = defaultPrefix): Promise<readonly BrokerName[]> => {
  const timing = { connectTimeoutMs: redisTimeoutMs, commandTimeoutMs: redisTimeoutMs };
  const port = new CallerPort({ url, prefix, clock: systemClock, ...timing });
  try {
    await port.look();
    return brokerNames.filter((broker) => port.isAttended(broker));
  } finally {
    await port.close();
  }
};
