import { type Evidence } from './find.js';

/** Paths that need no call of ours, and one that is two operations in the hub. By their last segment. */
const special: Readonly<Record<string, string>> = {
  Approval: 'Leave it out: the hub gets the approval key of a WebSocket itself, once for all processes.',
  hashkey: 'Leave it out: the hub does without a hash key.',
  'order-cash': "Use hub.kis.call('order-cash-buy', …) or hub.kis.call('order-cash-sell', …).",
  revokeP: 'Leave it out: other processes still use the shared token.',
  revoke: 'Leave it out: other processes still use the shared token.',
  token: 'Leave it out: the hub issues one token and shares it with all processes.',
  tokenP: 'Leave it out: the hub issues one token and shares it with all processes.',
};

const feed = "Use the hub's live feed.";

/** What to write instead. The names of KIS operations are the last segments of their paths; Kiwoom's are api-ids. */
export const hubCall = ({ broker, use, path }: Evidence, apiId: string | null): string => {
  const last = path === null ? '' : (path.split('/').at(-1) ?? '');
  if (use === 'websocket' || path === '/tryitout' || last === 'websocket') return feed;
  if (broker === null) return 'Go through the hub.';
  if (Object.hasOwn(special, last)) return special[last] ?? '';
  if (broker === 'kiwoom') {
    return apiId === null ? 'Use hub.kiwoom.call(<api-id>, …).' : `Use hub.kiwoom.call('${apiId}', …).`;
  }
  return /^[a-z][\w-]*$/.test(last) && path?.startsWith('/uapi/') === true && path.split('/').length > 5
    ? `Use hub.kis.call('${last}', …).`
    : 'Use hub.kis.call(<operation>, …).';
};

export const apiIdPattern = /^k[at]\d{5}$/;
