import type { FaultFacts } from '../../request/contract.js';
import { reactionTable, remedies, type KnownCode } from '../reaction.js';

/**
 * What the codes of KIS mean and call for. From copies of the KIS portal tables and recorded answers
 * (observed, 2026-11-23). The code decides, not the HTTP status: the same code is seen with 200, 401 and 500.
 */
export const kisCodes: Readonly<Record<string, KnownCode>> = reactionTable({
  renew: {
    EGW00121: 'invalid token',
    EGW00122: 'token not found',
    EGW00123: 'token expired',
  },
  wait: {
    EGW00001: 'temporary error',
    EGW00133: 'a token was issued less than a minute ago',
    EGW00201: 'too many calls in this second',
    OPSQ0010: 'out of resources',
    OPSQ0011: 'out of resources',
    OPSQ1002: 'sessions full',
  },
  repeat: {
    EGW00002: 'server error',
    EGW00202: 'gateway routing error',
    EGW00203: 'gateway routing error',
    EGW00300: 'gateway routing error',
    EGW00316: 'inquiry failed, query again',
    OPSQ0001: 'pre-processing failed',
    OPSQ0003: 'call error',
    OPSQ0004: 'pre-processing failed',
    OPSQ0005: 'post-processing failed',
    OPSQ0006: 'post-processing failed',
    OPSQ3001: 'internal error',
    OPSQ3002: 'internal error',
    OPSQ3004: 'internal error',
  },
  verify: {
    EGW00301: 'connection timed out behind the gateway',
    EGW00302: 'transaction timed out behind the gateway',
    OPSQ0008: 'sending to the ledger system failed',
    OPSQ0009: 'receiving from the ledger system failed',
  },
  fix: {
    EGW00003: 'access denied',
    EGW00004: 'no permission',
    EGW00101: 'invalid request',
    EGW00102: 'app key missing',
    EGW00103: 'app key invalid',
    EGW00104: 'app secret missing',
    EGW00105: 'app secret invalid',
    EGW00106: 'redirect_uri missing',
    EGW00107: 'redirect_uri invalid',
    EGW00108: 'service invalid',
    EGW00109: 'scope missing',
    EGW00110: 'scope invalid',
    EGW00111: 'state invalid',
    EGW00112: 'grant invalid',
    EGW00113: 'response_type missing',
    EGW00114: 'response_type invalid',
    EGW00115: 'grant_type missing',
    EGW00116: 'grant_type invalid',
    EGW00117: 'token_type invalid',
    EGW00118: 'authorisation code invalid',
    EGW00119: 'authorisation code not found',
    EGW00120: 'authorisation code expired',
    EGW00124: 'session_key missing',
    EGW00125: 'session_key invalid',
    EGW00126: 'session_key expired',
    EGW00127: 'corporation number invalid',
    EGW00128: 'account number invalid',
    EGW00129: 'HTS id invalid',
    EGW00130: 'user invalid',
    EGW00131: 'hash key invalid',
    EGW00132: 'content-type invalid',
    EGW00204: 'gateway instance invalid',
    EGW00205: 'authorization is not of type Bearer',
    EGW00206: 'no permission for this API',
    EGW00207: 'this IP address is not allowed',
    EGW00208: 'custtype invalid',
    EGW00209: 'seq_no invalid',
    EGW00210: 'a corporate customer cannot use paper trading',
    EGW00211: 'personal name invalid',
    EGW00212: 'phone number invalid',
    EGW00213: 'corporation name invalid',
    EGW00303: 'this corporate IP address is not allowed',
    EGW00304: 'customer key invalid',
    EGW00552: 'exchange service not applied for',
    EGW02004: 'key or TR does not belong to this environment (real or paper)',
    OPSQ0002: 'unknown service',
    OPSQ0007: 'header error',
    OPSQ2000: 'account check failed',
    OPSQ2001: 'market division code check failed',
    OPSQ2002: 'field length check failed',
    OPSQ2003: 'send data could not be set',
    OPSQ9995: 'body missing',
    OPSQ9996: 'header missing',
    OPSQ9997: 'invalid JSON',
    OPSQ9998: 'seq_no missing',
    OPSQ9999: 'tr_id missing',
  },
});

const special: Readonly<Record<string, string>> = {
  EGW00103: 'Check HUB_KIS_APP_KEY: it must be the 36-character key of this environment (real and paper differ).',
  EGW00105: 'Check HUB_KIS_APP_SECRET: it must belong to this app key.',
  EGW02004: 'Real and paper have different keys and TRs: check HUB_KIS_ENV.',
  EGW00207: 'Register this machine’s IP address at KIS for this key.',
};

/** The key is turned away, whatever it asks for: another one may do. */
const ofKey: ReadonlySet<string> = new Set(['EGW00103', 'EGW00105', 'EGW00207']);

/** What a code says beside its meaning. The broker counts all REST calls of a key together, and names no figure. */
export const kisFacts = (code: string): FaultFacts => ({
  ofKey: ofKey.has(code),
  ...(code === 'EGW00201' ? { refusedBudget: { budget: 'total' } } : {}),
});

/** Unknown codes are never repeated. */
export const kisReaction = (code: string): KnownCode & { readonly remedy: string } => {
  const known = (Object.hasOwn(kisCodes, code) ? kisCodes[code] : undefined) ?? {
    reaction: 'stop' as const,
    meaning: 'unknown code',
  };
  return { ...known, remedy: special[code] ?? remedies[known.reaction] };
};
