import type { Environment } from '../request/contract.js';

/**
 * What `createHub` takes. Everything that is left out comes from the environment, then from the defaults. `Kis` and
 * `Kiwoom` are the environments that the options name, for the compiler.
 */
export interface HubOptions<Kis extends Environment = Environment, Kiwoom extends Environment = Environment> {
  /**
   * `direct` (the default): this process calls the brokers with its own keys. `service`: a RestApiWorker makes the calls;
   * such a hub needs no keys and takes none.
   */
  readonly mode?: 'direct' | 'service' | undefined;
  /**
   * The two servers that all processes share, `redis://`, `rediss://` or `unix://`: tokens and queues on `main` (`REDIS_URL`), the
   * quota on `gatekeeper` (`REDIS_URL_GATEKEEPER`). Both are needed; in service mode `main` alone.
   */
  readonly redis?: { readonly main?: string | undefined; readonly gatekeeper?: string | undefined };
  /**
   * Three or more servers, an odd number, that vote on who asks for a token: one of three may be away. Without them the
   * main server alone holds that lock. `HUB_LOCK_URLS`, with commas between.
   */
  readonly lockUrls?: readonly string[] | undefined;
  /**
   * A JSON file with the keys, `{ "kis": { "appKey": …, "appSecret": … }, "kiwoom": … }`, that nobody but its owner may use:
   * this process's user or root. HUB_CONFIG otherwise, and where the environment has keys as well. `HUB_KEYS_FILE`.
   */
  readonly keysFile?: string | undefined;
  /** Keys of KIS; that broker is left out when there are none. */
  readonly kis?: KisOptions<Kis>;
  /** Keys of Kiwoom; that broker is left out when there are none. */
  readonly kiwoom?: KiwoomOptions<Kiwoom>;
  /** Of one attempt of a call, from its permit to its last byte, ms: 100 to 10 000; 5 000 unless given. A call may say otherwise. */
  readonly timeoutMs?: number | undefined;
  /** Repetitions after the first attempt of a call, 0 to 10, each with a permit of its own; 4 unless given. */
  readonly retries?: number | undefined;
  /** Calls in a row, of all processes, that get no answer before calls by that key end at once; 10 unless given, 0: never. */
  readonly circuitFailures?: number | undefined;
  /** How long they do before one is let through, ms; twice as long after each that fails. 5 000 unless given. */
  readonly circuitPauseMs?: number | undefined;
  /** The longest such pause, ms; 60 000 unless given. */
  readonly circuitLongestPauseMs?: number | undefined;
  /** A token is renewed so long before it expires, ms ± 20 %; 600 000 unless given, 6 h at most. Longer than any clock skew. */
  readonly renewBeforeMs?: number | undefined;
  /** How long a connection to Redis may take, ms, 100 at least; 5 000 unless given. Then HUB_REDIS_UNREACHABLE. */
  readonly redisConnectTimeoutMs?: number | undefined;
  /** How long its answer to a command may take, likewise. */
  readonly redisCommandTimeoutMs?: number | undefined;
  /** How long a live feed that nobody wants any more keeps its registration, ms; 10 000 unless given, 600 000 at most. */
  readonly realtimeGraceMs?: number | undefined;
  /**
   * From when on it is looked before the opening of KRX whether every live feed that is wanted is acknowledged (notice
   * `feed-preopen`), `HH:MM` in KST or `off`; `08:50` unless given, an hour later where KRX opens an hour later.
   */
  readonly realtimePreopen?: string | undefined;
  /** 32 bytes, hex or base64: tokens are stored encrypted. */
  readonly vaultKey?: string | undefined;
  /** The other key while `vaultKey` is changed: what either has encrypted is read. See the guide on tokens. */
  readonly vaultKeyAlso?: string | undefined;
  /**
   * 32 bytes, hex or base64: calls that come by queue need a token that was signed with it (`hub callers issue`). Only where the
   * worker runs. `HUB_CALLER_KEY`.
   */
  readonly callerKey?: string | undefined;
  /** The key before, while `callerKey` is changed: its tokens are taken as well. */
  readonly callerKeyAlso?: string | undefined;
  /**
   * Whose share of the quota calls spend that do not say it themselves: 1 to 64 printable characters; in service mode also a
   * token of `hub callers issue`.
   */
  readonly caller?: string | undefined;
  /** Live feeds of this process. */
  readonly realtime?: RealtimeOptions | undefined;
  /** How callers of one class share: `{ collector: 3 }` has three turns where others have one. Above 0, at most 1000. */
  readonly callerWeights?: Readonly<Record<string, number>> | undefined;
}

/** How live feeds are held; without a meaning in service mode. */
export interface RealtimeOptions {
  /**
   * A folder: every frame that this process receives is written there as it came, compressed, for `replay`. Nothing is written
   * unless given. `HUB_CAPTURE_DIR`.
   */
  readonly captureDir?: string | undefined;
}

/** What holds for each key of a broker. */
interface EveryKey<Where extends Environment> {
  /** `real` unless given. Real and paper have different keys. */
  readonly environment?: Where | undefined;
  /** Scheme, host and port of another place than the broker's own, such as the simulator's: `http://127.0.0.1:9443`. */
  readonly baseUrl?: string | undefined;
  /**
   * Calls per second of a key, 1 to 100, when it differs from the published figure: 18 at KIS, 1 for paper (notice of
   * 2026-04-20, observed); at Kiwoom of a key and one api-id: 5 (2026-08-04, observed), 1 for paper (2026-09-09, observed).
   */
  readonly perSecond?: number | undefined;
  /** Calls per minute of a key; no such limit unless given. */
  readonly perMinute?: number | undefined;
  /** Share of every limit that is left to programs outside the hub, 0 ≤ x < 1. */
  readonly headroom?: number | undefined;
  /**
   * Wait between two token requests of a key, all processes together, ms. 61 000 at KIS unless given, which issues one a minute
   * (EGW00133: official samples, 2026-07-09, official); 60 000 at Kiwoom, which publishes no limit (2026-08-04, uncertain).
   */
  readonly tokenCooldownMs?: number | undefined;
  /** How long a key that the broker turned away is left alone, where there are others; 60 000 ms unless given. */
  readonly keyCooldownMs?: number | undefined;
  /**
   * Live feeds that a key may have registered at a time, 1 to 1000: 40 at KIS, whose notices say 41 (2026-08-28, observed), 200 at
   * Kiwoom (2026-11-23, uncertain). What the broker refuses is learned.
   */
  readonly registrations?: number | undefined;
  /** Slots of the quota per second that an open WebSocket keeps for itself; 0 unless given: both brokers count it apart (observed). */
  readonly realtimeOccupancy?: number | undefined;
}

/** One of several keys of KIS. */
export interface KisKeyOptions {
  /** As issued by the broker, like `appSecret`. Neither leaves this process but in requests to the broker. */
  readonly appKey: string;
  readonly appSecret: string;
  /** `12345678-01`. Calls about this account go by this key alone. */
  readonly account?: string | undefined;
  /** `YYYY-MM-DD`, see KisOptions. */
  readonly newSince?: string | undefined;
}

/** One key (`appKey`, `appSecret`, `account`) or several (`keys`). */
export interface KisOptions<Where extends Environment = Environment> extends EveryKey<Where> {
  readonly appKey?: string | undefined;
  readonly appSecret?: string | undefined;
  /** `12345678-01`; calls about an account need not name it then. */
  readonly account?: string | undefined;
  /** Each has a quota and a token of its own. Goes with none of the three above: HUB_CONFIG. */
  readonly keys?: readonly KisKeyOptions[] | undefined;
  /**
   * The day on which the keys were applied for, `YYYY-MM-DD` (KST): new keys of KIS may make 3 calls a second for three days,
   * that one included (notice of 2026-03-20, valid from 2026-04-03, observed). Paper keys are exempt.
   */
  readonly newSince?: string | undefined;
  /**
   * Every POST carries the header `hashkey`, which KIS calls optional (comment in the official sample, 2026-07-09): the body
   * is hashed by a call of its own first, which spends quota as well. False unless given.
   */
  readonly hashKey?: boolean | undefined;
  /** Wait between two requests for an approval key; 61 000 ms unless given, for no limit is published. */
  readonly approvalCooldownMs?: number | undefined;
}

/** One of several keys of Kiwoom. */
export interface KiwoomKeyOptions {
  /** As issued by the broker, like `secretKey`. Neither leaves this process but in requests to the broker. */
  readonly appKey: string;
  readonly secretKey: string;
}

/** One key (`appKey`, `secretKey`) or several (`keys`). */
export interface KiwoomOptions<Where extends Environment = Environment> extends EveryKey<Where> {
  readonly appKey?: string | undefined;
  readonly secretKey?: string | undefined;
  /** Each has a quota and a token of its own. Goes with neither of the two above: HUB_CONFIG. */
  readonly keys?: readonly KiwoomKeyOptions[] | undefined;
  /** Calls per second of a key, all api-ids together; 20 unless given, a guess, for none is published (2026-11-23, uncertain). */
  readonly totalPerSecond?: number | undefined;
}

/** Environment variable of each setting, for reading and for messages. */
export const variables: Readonly<Record<string, string>> = {
  mode: 'HUB_MODE',
  keysFile: 'HUB_KEYS_FILE',
  'redis.main': 'REDIS_URL',
  'redis.gatekeeper': 'REDIS_URL_GATEKEEPER',
  'kis.appKey': 'HUB_KIS_APP_KEY',
  'kis.appSecret': 'HUB_KIS_APP_SECRET',
  'kis.keys': 'HUB_KIS_KEYS',
  'kis.environment': 'HUB_KIS_ENV',
  'kis.baseUrl': 'HUB_KIS_BASE_URL',
  'kis.account': 'HUB_KIS_ACCOUNT',
  'kis.perSecond': 'HUB_KIS_PER_SECOND',
  'kis.perMinute': 'HUB_KIS_PER_MINUTE',
  'kis.headroom': 'HUB_KIS_HEADROOM',
  'kis.newSince': 'HUB_KIS_NEW_SINCE',
  'kis.hashKey': 'HUB_KIS_HASHKEY',
  'kis.tokenCooldownMs': 'HUB_KIS_TOKEN_COOLDOWN_MS',
  'kis.approvalCooldownMs': 'HUB_KIS_APPROVAL_COOLDOWN_MS',
  'kis.keyCooldownMs': 'HUB_KIS_KEY_COOLDOWN_MS',
  'kis.registrations': 'HUB_KIS_REGISTRATIONS',
  'kis.realtimeOccupancy': 'HUB_KIS_REALTIME_OCCUPANCY',
  'kiwoom.appKey': 'HUB_KIWOOM_APP_KEY',
  'kiwoom.secretKey': 'HUB_KIWOOM_SECRET_KEY',
  'kiwoom.keys': 'HUB_KIWOOM_KEYS',
  'kiwoom.environment': 'HUB_KIWOOM_ENV',
  'kiwoom.baseUrl': 'HUB_KIWOOM_BASE_URL',
  'kiwoom.perSecond': 'HUB_KIWOOM_PER_SECOND',
  'kiwoom.totalPerSecond': 'HUB_KIWOOM_TOTAL_PER_SECOND',
  'kiwoom.perMinute': 'HUB_KIWOOM_PER_MINUTE',
  'kiwoom.headroom': 'HUB_KIWOOM_HEADROOM',
  'kiwoom.tokenCooldownMs': 'HUB_KIWOOM_TOKEN_COOLDOWN_MS',
  'kiwoom.keyCooldownMs': 'HUB_KIWOOM_KEY_COOLDOWN_MS',
  'kiwoom.registrations': 'HUB_KIWOOM_REGISTRATIONS',
  'kiwoom.realtimeOccupancy': 'HUB_KIWOOM_REALTIME_OCCUPANCY',
  circuitFailures: 'HUB_CIRCUIT_FAILURES',
  circuitPauseMs: 'HUB_CIRCUIT_PAUSE_MS',
  circuitLongestPauseMs: 'HUB_CIRCUIT_LONGEST_PAUSE_MS',
  realtimeGraceMs: 'HUB_REALTIME_GRACE_MS',
  realtimePreopen: 'HUB_REALTIME_PREOPEN',
  lockUrls: 'HUB_LOCK_URLS',
  vaultKey: 'HUB_VAULT_KEY',
  vaultKeyAlso: 'HUB_VAULT_KEY_ALSO',
  callerKey: 'HUB_CALLER_KEY',
  callerKeyAlso: 'HUB_CALLER_KEY_ALSO',
  caller: 'HUB_CALLER',
  callerWeights: 'HUB_CALLER_WEIGHTS',
  'realtime.captureDir': 'HUB_CAPTURE_DIR',
};

/** Variables of an environment, `process.env` in shape. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Options with the environment in the gaps, not checked yet. */
export interface Given {
  readonly [name: string]: unknown;
  readonly redis: Readonly<Record<string, unknown>>;
  readonly kis: Readonly<Record<string, unknown>>;
  readonly kiwoom: Readonly<Record<string, unknown>>;
  readonly realtime: Readonly<Record<string, unknown>>;
}

export const withEnvironment = (options: HubOptions, env: Env): Given => {
  const result: Record<string, unknown> = { ...options };
  const groups: Record<'redis' | 'kis' | 'kiwoom' | 'realtime', Record<string, unknown>> = {
    redis: { ...options.redis },
    kis: { ...options.kis },
    kiwoom: { ...options.kiwoom },
    realtime: { ...options.realtime },
  };
  for (const [path, variable] of Object.entries(variables)) {
    const value = env[variable];
    const [group, name] = path.split('.') as [keyof typeof groups, string?];
    const target = name === undefined ? result : groups[group];
    const key = name ?? group;
    if (target[key] !== undefined || value === undefined || value === '') continue;
    // In service mode every secret has to come to light.
    if (result.mode !== 'service' && isOtherForm(group, key, options)) continue;
    target[key] = readAs(key, value);
  }
  return { ...result, ...groups };
};

/** Options win: keys that they give in one form are not to be mixed with those of the environment in the other one. */
const isOtherForm = (group: string, key: string, options: HubOptions): boolean => {
  if (group !== 'kis' && group !== 'kiwoom') return false;
  const given: Readonly<Record<string, unknown>> = { ...options[group] };
  if (/^(appKey|appSecret|secretKey|account)$/.test(key)) return given.keys !== undefined;
  return key === 'keys' && ['appKey', 'appSecret', 'secretKey'].some((name) => given[name] !== undefined);
};

const readAs = (key: string, value: string): unknown => {
  if (/per(Second|Minute)$|Ms$|^headroom$|Failures$|^registrations$|Occupancy$/i.test(key)) return Number(value);
  if (key === 'hashKey') return yesOrNo(value);
  if (key === 'lockUrls') return value.split(',').map((url) => url.trim());
  return key === 'keys' ? listIn(value) : value;
};

/** Anything else stays text, and is refused as such. */
const yesOrNo = (text: string): unknown => {
  if (/^(1|true)$/i.test(text)) return true;
  return /^(0|false)$/i.test(text) ? false : text;
};

/** Text that is no JSON stays text, and is refused as such: the words of the parser would quote it. */
const listIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
