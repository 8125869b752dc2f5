/** What `createHub` takes. Everything that is left out comes from the environment, then from the defaults. */
export interface HubOptions {
  /**
   * `direct` (the default): this process calls the brokers with its own keys. `service`: a RestApiWorker makes the calls;
   * such a hub needs no keys and takes none.
   */
  readonly mode?: 'direct' | 'service' | undefined;
  readonly redis?: { readonly main?: string | undefined; readonly gatekeeper?: string | undefined };
  readonly kis?: KisOptions;
  readonly kiwoom?: KiwoomOptions;
  readonly timeoutMs?: number | undefined;
  readonly retries?: number | undefined;
  readonly renewBeforeMs?: number | undefined;
  readonly redisConnectTimeoutMs?: number | undefined;
  readonly redisCommandTimeoutMs?: number | undefined;
  /** 32 bytes, hex or base64: tokens are stored encrypted. */
  readonly vaultKey?: string | undefined;
}

export interface KisOptions {
  readonly appKey?: string | undefined;
  readonly appSecret?: string | undefined;
  readonly environment?: 'real' | 'paper' | undefined;
  readonly baseUrl?: string | undefined;
  readonly account?: string | undefined;
  readonly perSecond?: number | undefined;
  readonly tokenCooldownMs?: number | undefined;
}

export interface KiwoomOptions {
  readonly appKey?: string | undefined;
  readonly secretKey?: string | undefined;
  readonly environment?: 'real' | 'paper' | undefined;
  readonly baseUrl?: string | undefined;
  readonly perSecond?: number | undefined;
  readonly totalPerSecond?: number | undefined;
  readonly tokenCooldownMs?: number | undefined;
}

/** Environment variable of each setting, for reading and for messages. */
export const variables: Readonly<Record<string, string>> = {
  mode: 'HUB_MODE',
  'redis.main': 'REDIS_URL',
  'redis.gatekeeper': 'REDIS_URL_GATEKEEPER',
  'kis.appKey': 'HUB_KIS_APP_KEY',
  'kis.appSecret': 'HUB_KIS_APP_SECRET',
  'kis.environment': 'HUB_KIS_ENV',
  'kis.baseUrl': 'HUB_KIS_BASE_URL',
  'kis.account': 'HUB_KIS_ACCOUNT',
  'kis.perSecond': 'HUB_KIS_PER_SECOND',
  'kis.tokenCooldownMs': 'HUB_KIS_TOKEN_COOLDOWN_MS',
  'kiwoom.appKey': 'HUB_KIWOOM_APP_KEY',
  'kiwoom.secretKey': 'HUB_KIWOOM_SECRET_KEY',
  'kiwoom.environment': 'HUB_KIWOOM_ENV',
  'kiwoom.baseUrl': 'HUB_KIWOOM_BASE_URL',
  'kiwoom.perSecond': 'HUB_KIWOOM_PER_SECOND',
  'kiwoom.totalPerSecond': 'HUB_KIWOOM_TOTAL_PER_SECOND',
  'kiwoom.tokenCooldownMs': 'HUB_KIWOOM_TOKEN_COOLDOWN_MS',
  vaultKey: 'HUB_VAULT_KEY',
};

export type Env = Readonly<Record<string, string | undefined>>;

/** Options with the environment in the gaps, not checked yet. */
export interface Given {
  readonly [name: string]: unknown;
  readonly redis: Readonly<Record<string, unknown>>;
  readonly kis: Readonly<Record<string, unknown>>;
  readonly kiwoom: Readonly<Record<string, unknown>>;
}

export const withEnvironment = (options: HubOptions, env: Env): Given => {
  const result: Record<string, unknown> = { ...options };
  const groups: Record<'redis' | 'kis' | 'kiwoom', Record<string, unknown>> = {
    redis: { ...options.redis },
    kis: { ...options.kis },
    kiwoom: { ...options.kiwoom },
  };
  for (const [path, variable] of Object.entries(variables)) {
    const value = env[variable];
    const [group, name] = path.split('.') as [keyof typeof groups, string?];
    const target = name === undefined ? result : groups[group];
    const key = name ?? group;
    if (target[key] !== undefined || value === undefined || value === '') continue;
    target[key] = /perSecond$|Ms$/i.test(key) ? Number(value) : value;
  }
  return { ...result, ...groups };
};
