import { type Evidence } from './find.js';
import type { Broker } from './hosts.js';
import { operationsFor } from './operations.js';

/** Paths that need no call of ours. By their last segment. */
const special: Readonly<Record<string, string>> = {
  Approval: 'Leave it out: the hub gets the approval key of a WebSocket itself, once for all processes.',
  hashkey: 'Leave it out: the hub does without a hash key.',
  revokeP: 'Leave it out: other processes still use the shared token.',
  revoke: 'Leave it out: other processes still use the shared token.',
  token: 'Leave it out: the hub issues one token and shares it with all processes.',
  tokenP: 'Leave it out: the hub issues one token and shares it with all processes.',
};

const feed = "Use the hub's live feed.";

const unnamed: Readonly<Record<Broker, string>> = { kis: '<operation>', kiwoom: '<api-id>' };

/** More than so many names in one sentence help nobody. */
const mostNames = 2;

/** What to write instead, from the catalogue; `tr` is the broker's operation, if the call names it. */
export const hubCall = ({ broker, use, path }: Evidence, tr: string | null): string => {
  const last = path === null ? '' : (path.split('/').at(-1) ?? '');
  if (use === 'websocket' || path === '/tryitout' || last === 'websocket') return feed;
  if (broker === null) return 'Go through the hub.';
  if (Object.hasOwn(special, last)) return special[last] ?? '';
  const names = operationsFor(broker, path, tr).map(({ name }) => `'${name}'`);
  const shown = names.length === 0 || names.length > mostNames ? [unnamed[broker]] : names;
  return `Use ${shown.map((name) => `hub.${broker}.call(${name}, …)`).join(' or ')}.`;
};

export const apiIdPattern = /^k[at]\d{5}$/;
