import { isHubError, isLoopback, settingsOf, type HubOptions, type Settings } from '@hub/client';

import type { Problem } from '../error/index.js';
import type { Environment } from './context.js';

/** Stands for the URLs of a private pair until that is started; nothing connects to it. */
const notStarted = 'unix:///private-pair-not-started';

export interface ChosenSettings {
  readonly options: HubOptions;
  readonly settings: Settings;
  /** True when a private pair of Redis servers is to be started: the URLs in the settings are placeholders. */
  readonly embedded: boolean;
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

const isLocal = (baseUrl: string | undefined): boolean =>
  isSet(baseUrl) && URL.canParse(baseUrl) && isLoopback(baseUrl);

/**
 * A private pair will do for a broker on this machine, or when the user says so with HUB_EMBEDDED=1. One URL of two is
 * a mistake, never a wish for a private pair.
 */
export const wantsPrivateRedis = (env: Environment, baseUrl: string | undefined): boolean => {
  const none = !isSet(env.REDIS_URL) && !isSet(env.REDIS_URL_GATEKEEPER);
  return none && (env.HUB_EMBEDDED === '1' || isLocal(baseUrl ?? env.HUB_KIS_BASE_URL));
};

/** Settings from environment and flags, or the list of what is wrong with them. Opens nothing. */
export const chooseSettings = (env: Environment, baseUrl: string | undefined): ChosenSettings | readonly Problem[] => {
  const embedded = wantsPrivateRedis(env, baseUrl);
  const options: HubOptions = {
    kis: { baseUrl },
    ...(embedded ? { redis: { main: notStarted, gatekeeper: notStarted } } : {}),
  };
  try {
    return { options, settings: settingsOf(options, env), embedded };
  } catch (error) {
    return problemsOf(error, baseUrl ?? env.HUB_KIS_BASE_URL);
  }
};

/** A validation error, problem by problem; anything else is thrown on. */
export const problemsOf = (error: unknown, baseUrl?: string): readonly Problem[] => {
  if (!isHubError(error)) throw error;
  const { code, message, remedy } = error;
  if (!('problems' in error) || !Array.isArray(error.problems)) return [{ code, message, remedy }];
  return error.problems.map((problem) => ({
    code,
    message: String(problem),
    remedy: settingsRemedy(problem, baseUrl),
  }));
};

const settingsRemedy = (problem: unknown, baseUrl: string | undefined): string => {
  if (String(problem).startsWith('redis.')) {
    const why = 'Set REDIS_URL and REDIS_URL_GATEKEEPER to the two servers that all processes share';
    return `${why}${isLocal(baseUrl) ? '.' : ', or HUB_EMBEDDED=1 when everything runs on this machine.'}`;
  }
  return 'Mend it in the environment; `hub doctor` checks it all, `hub sim` prints settings to try.';
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
  return [{ code: 'HUB_CONFIG', message, remedy: settingsRemedy(message, baseUrl ?? env.HUB_KIS_BASE_URL) }];
};
