import { usualPriority, type BrokerName, type Endpoint } from '../broker/contract.js';
import { feedKinds, type FeedKind } from '../broker/live.js';
import { CallerRefused } from '../error/index.js';
import type { Priority } from '../ledger/contract.js';
import { readCallerToken, type CallerClaims } from './caller-token.js';
import type { LivePayload } from './contract.js';
import { catalogues } from './endpoint.js';

/** What is looked at of a call that came by queue. */
export type AskedCall = Pick<LivePayload, 'broker' | 'endpoint' | 'raw'> &
  Partial<Pick<LivePayload, 'priority' | 'caller' | 'callerToken'>>;

/** Whose share a call spends, and the most that this caller may have of each limit. */
export interface Admitted {
  readonly caller?: string;
  readonly callerShare?: number;
}

/** Every name that a token may list: without those the issuer has mistyped something. */
export const isAllowable = (name: string): boolean =>
  name === '*' ||
  isFeed(name) ||
  isTr(name) ||
  Object.values(catalogues).some((catalogue) => Object.hasOwn(catalogue, name));

const isFeed = (name: string): boolean => feedKinds.some((kind) => name === `feed:${kind}`);

/** An operation that the catalogue does not know (yet) is listed by its TR. */
const isTr = (name: string): boolean => /^(?=.*\d)([A-Z0-9]{8,13}|[a-z]{2}\d{5})$/.test(name);

/**
 * Whether the caller of a call may make it, at `now` (UTC epoch ms). Without keys everybody may, under the label that it
 * gives itself; with keys it needs a token that one of them has signed. Throws HUB_CALLER_REFUSED.
 */
export const admit = (call: AskedCall, keys: readonly Buffer[], now: number): Admitted => {
  const { caller: label, callerToken: token } = call;
  if (keys.length === 0) {
    if (token === undefined) return label === undefined ? {} : { caller: label };
    throw refused(call, 'somebody', 'it shows a token, and this worker has no key to check it with', keylessRemedy);
  }
  const proven = provenBy(token, keys, now);
  if (!('claims' in proven))
    throw refused(call, token === undefined ? (label ?? proven.caller) : proven.caller, proven.why, proven.remedy);
  const { claims } = proven;
  check(call, claims);
  return { caller: claims.name, ...(claims.share === undefined ? {} : { callerShare: claims.share }) };
};

/** Why something is not for whoever asks. */
interface Unproven {
  readonly caller: string;
  readonly why: string;
  readonly remedy: string;
}

const provenBy = (
  token: string | undefined,
  keys: readonly Buffer[],
  now: number,
): { readonly claims: CallerClaims } | Unproven => {
  const nobody = { caller: 'somebody', remedy: newTokenRemedy };
  if (token === undefined) return { ...nobody, why: 'it shows no token, and this worker asks for one' };
  const read = readCallerToken(token, keys);
  // What an unsigned token says of itself proves nothing.
  if (read?.signed !== true) return { ...nobody, why: 'its token was not signed with the key of this worker' };
  const { claims } = read;
  if (now < claims.until * 1_000) return { claims };
  const day = new Date(claims.until * 1_000).toISOString();
  return { caller: claims.name, why: `its token expired ${day}`, remedy: newTokenRemedy };
};

/**
 * Why somebody may not have a live feed, at `now` (UTC epoch ms); undefined: it may. The token has to list `feed:<kind>` or all,
 * and the class in which the feed is wanted.
 */
export const denialOf = (
  {
    kind,
    priority,
    callerToken,
  }: { readonly kind: FeedKind; readonly priority: Priority; readonly callerToken: string | undefined },
  keys: readonly Buffer[],
  now: number,
): Unproven | undefined => {
  const proven = provenBy(callerToken, keys, now);
  if (!('claims' in proven)) return proven;
  const { name: caller, allow, classes } = proven.claims;
  const remedy = moreRemedy(caller);
  if (!allow.includes('*') && !allow.includes(`feed:${kind}`)) {
    return { caller, why: `its token allows ${some(allow)}, and not feed:${kind}`, remedy };
  }
  if (classes.includes(priority)) return undefined;
  const why = `its token allows the classes ${classes.join(', ')}, and this feed is wanted as ${priority}`;
  return { caller, why, remedy };
};

const check = (call: AskedCall, { name, allow, classes }: CallerClaims): void => {
  if (!isListed(call, allow)) {
    throw refused(call, name, `its token allows ${some(allow)}`, moreRemedy(name));
  }
  const missing = classesOf(call).filter((each) => !classes.includes(each));
  if (missing.length === 0) return;
  const words = `its token allows the classes ${classes.join(', ')}, and this one needs ${missing.join(' and ')}`;
  throw refused(call, name, words, moreRemedy(name));
};

/** An alias is the endpoint that it leads to. Whatever the catalogue does not know has to be listed by its TR. */
const isListed = ({ broker, endpoint: asked, raw }: AskedCall, allow: readonly string[]): boolean => {
  if (raw !== undefined) return allow.includes(asked);
  if (allow.includes('*')) return true;
  const endpoint = endpointIn(broker, asked);
  if (endpoint === undefined) return false;
  const { real, paper } = endpoint.tr;
  return allow.some((each) => each === real || each === paper || endpointIn(broker, each) === endpoint);
};

const endpointIn = (broker: BrokerName, name: string): Endpoint | undefined =>
  Object.hasOwn(catalogues[broker], name) ? catalogues[broker][name] : undefined;

/** That of its turn, and `order` for all that may change something, however urgent it calls itself. */
const classesOf = (call: AskedCall): readonly Priority[] => {
  const { broker, endpoint, raw, priority } = call;
  const known = endpointIn(broker, endpoint);
  const order = raw === undefined ? known?.replayable === false : mayChange(broker, endpoint, raw);
  const own = priority ?? (known === undefined ? 'interactive' : usualPriority(known));
  return [...new Set<Priority>(order ? ['order', own] : [own])];
};

/** A call in the broker's own terms says of itself that it is a read: its TR, its path and its method have to fit. */
const mayChange = (broker: BrokerName, tr: string, raw: NonNullable<LivePayload['raw']>): boolean =>
  !raw.replayable ||
  (broker === 'kis' && raw.method !== 'GET') ||
  Object.values(catalogues[broker]).some(
    (endpoint) =>
      !endpoint.replayable && (endpoint.path === raw.path || endpoint.tr.real === tr || endpoint.tr.paper === tr),
  );

const told = 8;

const some = (names: readonly string[]): string =>
  names.length <= told
    ? names.join(', ')
    : `${names.slice(0, told).join(', ')} and ${String(names.length - told)} more`;

const refused = ({ broker, endpoint }: AskedCall, caller: string, why: string, remedy: string): CallerRefused =>
  new CallerRefused({ caller, broker, endpoint, why }, remedy);

const newTokenRemedy =
  'Set HUB_CALLER to a token of `hub callers issue`, which runs where the key of the workers (HUB_CALLER_KEY) is.';
const keylessRemedy = 'Give the worker HUB_CALLER_KEY, or this program a plain label as HUB_CALLER.';
const moreRemedy = (name: string): string =>
  `Issue another token where HUB_CALLER_KEY is, if it should: \`hub callers issue ${name} --allow … --classes …\`.`;
