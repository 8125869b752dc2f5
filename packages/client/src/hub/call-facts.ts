import { usualPriority, type BrokerName } from '../broker/contract.js';
import { isCallerToken } from '../service/caller-token.js';
import type { CallFacts } from '../observe/contract.js';
import type { CallRequest } from './broker-calls.js';
import type { Lines } from './lines.js';

interface Where {
  readonly mode: Lines['mode'];
  readonly broker: BrokerName;
  /** Whose calls those are that name nobody. */
  readonly caller: string | undefined;
  readonly place: ReturnType<Lines['place']>;
}

/** What may be told of a call: none of its parameters. */
export const factsOf = (
  { endpoint, options }: CallRequest,
  { mode, broker, caller: usual, place }: Where,
): Omit<CallFacts, 'id'> => {
  const { name, method, path, tr } = endpoint;
  const caller = options.caller ?? usual;
  return {
    mode,
    broker,
    environment: place?.environment,
    origin: place?.origin,
    endpoint: name,
    tr: place === undefined ? '' : (tr[place.environment] ?? ''),
    method,
    path,
    // A token is nobody's business.
    caller: isCallerToken(caller) ? undefined : caller,
    priority: options.priority ?? usualPriority(endpoint),
  };
};
