import {
  brokerNames,
  isHubError,
  isLoopback,
  settingsOf,
  type BrokerName,
  type DirectSettings,
  type HubOptions,
} from '@hub/client';

import type { Problem } from '../error/index.js';
import type { Environment } from './context.js';

/** Stands for the URLs of a private pair until that is started; nothing connects to it. */
const notStarted = 'unix:///private-pair-not-started';

export interface ChosenSettings {
  readonly options: HubOptions;
  readonly settings: DirectSettings;
  /** True when a private pair of Redis servers is to be started: the URLs in the settings are placeholders. */
  readonly embedded: boolean;
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

const isLocal = (baseUrl: string | undefined): boolean =>
  isSet(baseUrl) && URL.canParse(baseUrl) && isLoopback(baseUrl);

const baseUrlsIn = (env: Environment): Readonly<Record<BrokerName, string | undefined>> => ({
  kis: env.HUB_KIS_BASE_URL,
  kiwoom: env.HUB_KIWOOM_BASE_URL,
});

/** Every broker that is set up answers on this machine. One real host among them is enough to share servers. */
const allLocal = (env: Environment, baseUrl: string | undefined): boolean => {
  if (baseUrl !== undefined) return isLocal(baseUrl);
  const urls = baseUrlsIn(env);
  // The key file may have keys of each.
  if (isSet(env.HUB_KEYS_FILE)) return brokerNames.every((broker) => isLocal(urls[broker]));
  const withKey = brokerNames.filter((broker) =>
    ['APP_KEY', 'KEYS'].some((name) => isSet(env[`HUB_${broker.toUpperCase()}_${name}`])),
  );
  if (withKey.length > 0) return withKey.every((broker) => isLocal(urls[broker]));
  return brokerNames.some((broker) => isLocal(urls[broker]));
};

/**
 * A private pair will do for brokers on this machine, or when the user says so with HUB_EMBEDDED=1. One URL of two is
 * a mistake, never a wish for a private pair.
 */
export const wantsPrivateRedis = (env: Environment, baseUrl: string | undefined): boolean => {
  const none = !isSet(env.REDIS_URL) && !isSet(env.REDIS_URL_GATEKEEPER);
  return none && (env.HUB_EMBEDDED === '1' || allLocal(env, baseUrl));
};

/** True where programs are to run without keys: what makes calls itself must not run there. */
export const isServiceMode = (env: Environment): boolean => env.HUB_MODE === 'service';

/** Settings from environment and flags, or the list of what is wrong with them. Opens nothing. */
export const chooseSettings = (env: Environment, baseUrl: string | undefined): ChosenSettings | readonly Problem[] => {
  if (isServiceMode(env)) {
    const message = 'HUB_MODE=service is set: programs here have no keys, but this command makes calls itself';
    const remedy = 'Run it where the keys are, without HUB_MODE; `hub doctor` says whether somebody takes your calls.';
    return [{ code: 'HUB_CONFIG', message, remedy }];
  }
  const embedded = wantsPrivateRedis(env, baseUrl);
  const options: HubOptions = {
    mode: 'direct',
    kis: { baseUrl },
    kiwoom: { baseUrl },
    ...(embedded ? { redis: { main: notStarted, gatekeeper: notStarted } } : {}),
  };
  try {
    const settings = settingsOf(options, env);
    if (settings.mode === 'direct') {
      if (baseUrl === undefined || isLocal(baseUrl)) return { options, settings, embedded };
      if (settings.kis === undefined || settings.kiwoom === undefined) return { options, settings, embedded };
      const message = '--base-url is for both brokers, and each would be sent the keys of the other one';
      const remedy = 'Set HUB_KIS_BASE_URL and HUB_KIWOOM_BASE_URL instead.';
      return [{ code: 'HUB_USAGE', message, remedy }];
    }
    throw new Error('settings of another mode than asked for');
  } catch (error) {
    return problemsOf(error, allLocal(env, baseUrl));
  }
};

/** What a program that takes live feeds needs: keys, or the servers where others have them. */
export interface FeedSettings extends Pick<ChosenSettings, 'options' | 'embedded'> {
  readonly urls: { readonly main: string; readonly gatekeeper: string };
  /** Whose feeds there can be, as far as it is known here. */
  readonly brokers: readonly BrokerName[];
}

/** As `chooseSettings`, for a process that may have no keys. */
export const chooseFeedSettings = (
  env: Environment,
  baseUrl: string | undefined,
): FeedSettings | readonly Problem[] => {
  if (!isServiceMode(env)) {
    const chosen = chooseSettings(env, baseUrl);
    if (!('settings' in chosen)) return chosen;
    const { options, settings, embedded } = chosen;
    const brokers = brokerNames.filter((broker) => settings[broker] !== undefined);
    return { options, embedded, urls: settings.redis, brokers };
  }
  try {
    const options: HubOptions = { mode: 'service' };
    const { main, gatekeeper = main } = settingsOf(options, env).redis;
    return { options, embedded: false, urls: { main, gatekeeper }, brokers: brokerNames };
  } catch (error) {
    return problemsOf(error);
  }
};

/** A validation error, problem by problem; anything else is thrown on. `local`: the brokers are on this machine. */
export const problemsOf = (error: unknown, local = false): readonly Problem[] => {
  if (!isHubError(error)) throw error;
  const { code, message, remedy } = error;
  if (!('problems' in error) || !Array.isArray(error.problems)) return [{ code, message, remedy }];
  return error.problems.map((problem) => ({ code, message: String(problem), remedy: settingsRemedy(problem, local) }));
};

const settingsRemedy = (problem: unknown, local: boolean): string => {
  if (String(problem).startsWith('redis.')) {
    const why = 'Set REDIS_URL and REDIS_URL_GATEKEEPER to the two servers that all processes share';
    return `${why}${local ? '.' : ', or HUB_EMBEDDED=1 when everything runs on this machine.'}`;
  }
  if (String(problem).includes('(HUB_KEYS_FILE)')) {
    return 'The key file opens an account at a broker: it belongs to the user of the worker, and to nobody else.';
  }
  if (/(appKey|appSecret|secretKey) .*missing/.test(String(problem))) {
    return 'Set the key of KIS (HUB_KIS_APP_KEY, HUB_KIS_APP_SECRET) or of Kiwoom (HUB_KIWOOM_APP_KEY, HUB_KIWOOM_SECRET_KEY): one broker is enough. `hub sim` prints settings to try.';
  }
  return 'Mend the setting named above; `hub doctor` checks them all, `hub sim` prints settings to try.';
};

/** What a writer alone needs: the servers, and no keys. */
export interface WriterSettings {
  readonly urls: { readonly main: string; readonly gatekeeper: string };
  readonly embedded: boolean;
}

/** As `chooseSettings`, for a process that makes no calls. */
export const chooseWriterSettings = (
  env: Environment,
  baseUrl: string | undefined,
): WriterSettings | readonly Problem[] => {
  const embedded = wantsPrivateRedis(env, baseUrl);
  const { REDIS_URL: main, REDIS_URL_GATEKEEPER: gatekeeper } = env;
  if (embedded) return { urls: { main: notStarted, gatekeeper: notStarted }, embedded };
  // The queues live on the main server; without a gatekeeper of its own the check asks the main one twice.
  if (isSet(main)) return { urls: { main, gatekeeper: isSet(gatekeeper) ? gatekeeper : main }, embedded };
  const message = 'redis.main (REDIS_URL) is missing';
  return [{ code: 'HUB_CONFIG', message, remedy: settingsRemedy(message, allLocal(env, baseUrl)) }];
};
