import type { Endpoint, Params } from '../broker/contract.js';
import { CallInvalid } from '../error/index.js';
import type { KeyRoute, Route } from './route.js';

/** What decides which keys may make a call. */
interface Wish {
  readonly endpoint: Endpoint;
  readonly params: Params;
  /** The key that the caller named. */
  readonly keyId?: string | undefined;
}

/** The key that was named, where it is one of ours; all of them otherwise. */
const namedAmong = (keys: readonly KeyRoute[], keyId: string | undefined): readonly KeyRoute[] => {
  const named = keys.filter((key) => key.keyId === keyId);
  return named.length === 0 ? keys : named;
};

/** Parameters that need not be given: every account that comes into question has the same. */
export const filledBy = ({ keys }: Route, keyId?: string): readonly string[] => {
  const accounts = namedAmong(keys, keyId)
    .map(({ account }) => account)
    .filter((account) => Object.keys(account).length > 0);
  const [first = {}, ...others] = accounts;
  return Object.keys(first).filter((name) => others.every((other) => other[name] === first[name]));
};

/**
 * The keys that may make a call. One that is about an account goes by the keys of that account alone; where that cannot
 * be told it is HUB_CALL_INVALID, for an order must not land in whichever account comes first.
 */
export const keysFor = ({ broker, keys }: Route, { endpoint, params, keyId }: Wish): readonly KeyRoute[] => {
  const named = namedAmong(keys, keyId);
  if (!broker.ofAccount(endpoint)) return named;
  if (keyId !== undefined && named.every((key) => key.keyId !== keyId)) {
    throw invalid(endpoint, `key ${keyId} is not set up here`, keys);
  }
  if (named.length === 1) return named;
  const names = [...new Set(keys.flatMap(({ account }) => Object.keys(account)))];
  const asked = names.filter((name) => endpoint.required.includes(name));
  const own = named.filter(
    ({ account }) =>
      asked.length > 0 &&
      asked.every((name) => account[name] !== undefined && (params[name] ?? account[name]) === account[name]),
  );
  const accounts = new Set(own.map(({ account }) => JSON.stringify(account)));
  if (accounts.size === 1) return own;
  const unknown = named.filter(({ account }) => Object.keys(account).length === 0);
  // The only key whose account is not told must be the one that is meant.
  if (accounts.size === 0 && asked.every((name) => params[name] !== undefined)) {
    const [only, ...more] = unknown;
    if (only !== undefined && more.length === 0) return [only];
  }
  throw invalid(endpoint, 'several keys are set up, and it cannot be told whose account is meant', keys);
};

/** The parameters of a call by this key. */
export const paramsBy = ({ account }: KeyRoute, { required }: Endpoint, params: Params): Params => ({
  ...Object.fromEntries(Object.entries(account).filter(([name]) => required.includes(name))),
  ...params,
});

const invalid = ({ name }: Endpoint, why: string, keys: readonly KeyRoute[]): CallInvalid =>
  new CallInvalid(
    `${name}: ${why}`,
    `Name the account in the parameters, or the key: { keyId } of ${keys.map(({ keyId }) => keyId).join(', ')}.`,
  );
