import { usualPriority, type BrokerName } from '../broker/contract.js';
import type { CallFacts } from '../observe/contract.js';
import type { CallRequest } from './broker-calls.js';
import type { Lines } from './lines.js';

interface Where {
  readonly mode: Lines['mode'];
  readonly broker: BrokerName;
  readonly place: ReturnType<Lines['place']>;
}

/** What may be told of a call: none of its parameters. */
export const factsOf = ({ endpoint, options }: CallRequest, { mode, broker, place }: Where): Omit<CallFacts, 'id'> => {
  const { name, method, path, tr } = endpoint;
  return {
    mode,
    broker,
    environment: place?.environment,
    origin: place?.origin,
    endpoint: name,
    tr: place === undefined ? '' : (tr[place.environment] ?? ''),
    method,
    path,
    priority: options.priority ?? usualPriority(endpoint),
  };
};
