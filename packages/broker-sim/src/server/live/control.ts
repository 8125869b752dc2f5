import type { LiveControl } from './desk.js';
import { disconnections, type Disconnection } from './options.js';

const isHow = (text: string): text is Disconnection => (disconnections as readonly string[]).includes(text);

/** Answers `/sim/live/*`: data, what is wrong with the request, or undefined for a path that is none of them. */
export const controlLive = (
  live: LiveControl,
  { method, path, query }: { readonly method: string; readonly path: string; readonly query: URLSearchParams },
): object | string | undefined => {
  const keyId = query.get('key') ?? undefined;
  const ofKey = keyId === undefined ? {} : { keyId };
  switch (`${method} ${path}`) {
    case 'GET /sim/live/sessions':
      return { sessions: live.sessions() };
    case 'POST /sim/live/disconnect': {
      const how = query.get('how') ?? 'close';
      return isHow(how) ? { ended: live.disconnect({ ...ofKey, how }) } : `how: give ${disconnections.join(', ')}`;
    }
    case 'POST /sim/live/silence': {
      const tr = query.get('tr') ?? '';
      const key = query.get('key') ?? '';
      if (tr === '' || key === '') return 'tr, key: give both, as they are registered';
      const keyOf = query.get('keyId');
      const until = query.get('until') ?? 'registration';
      if (until !== 'registration' && until !== 'socket' && until !== 'key')
        return 'until: give registration, socket or key';
      return { silenced: live.silence({ tr, key, until, ...(keyOf === null ? {} : { keyId: keyOf }) }) };
    }
    case 'POST /sim/live/garble': {
      const times = Number(query.get('times') ?? 1);
      if (!Number.isInteger(times) || times < 1) return 'times: give a whole number of at least 1';
      live.garble({ times });
      return { times };
    }
    default:
      return undefined;
  }
};
