import { randomUUID } from 'node:crypto';

import type { Endpoint, HashKey, Params } from '../broker/contract.js';
import type { Call, Candidate, Send } from '../request/contract.js';
import { paramsBy } from './key-choice.js';
import type { KeyRoute } from './route.js';

/** An order with the keys that may send it, before it is hashed. */
export interface Unhashed {
  readonly endpoint: Endpoint;
  readonly params: Params;
  readonly keys: readonly KeyRoute[];
  readonly call: Call;
}

export interface Hashed {
  readonly hashKey: string;
  /** The only key that the hash is sure to be good for. */
  readonly keyId: string;
}

/**
 * Has the body of an order hashed by a call of its own: with a permit like every other, as urgent as the order, and
 * repeated like a read. Rejects like a call; then the order was not sent.
 */
export const orderHash = async (hashKey: HashKey, send: Send, order: Unhashed): Promise<Hashed> => {
  const { endpoint, params, keys, call } = order;
  const { beforeSend: _beforeSend, ...shared } = call; // it is asked before the order, not before its hash
  const candidates = call.candidates.map((candidate): Candidate => {
    const key = keyOf(candidate, keys);
    const body = paramsBy(key, endpoint, params);
    return { ...candidate, encode: () => hashKey.request(key.credentials, body) };
  });
  const answer = await send({
    ...shared,
    requestId: randomUUID(),
    endpoint: hashKey.endpoint,
    tr: '',
    replayable: true,
    inquiry: hashKey.endpoint,
    candidates,
    decode: (response) => ({ hashKey: hashKey.read(response) }),
  });
  return { hashKey: String(answer.body.hashKey), keyId: answer.keyId };
};

const keyOf = ({ identity }: Candidate, keys: readonly KeyRoute[]): KeyRoute => {
  const key = keys.find(({ keyId }) => keyId === identity.keyId);
  if (key === undefined) throw new Error(`key ${identity.keyId} was not to make this call`);
  return key;
};
