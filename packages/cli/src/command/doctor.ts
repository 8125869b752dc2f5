import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { brokerNames, isHubError, tokenStates, type DirectSettings, type TokenState } from '@hub/client';
import { openStore } from '@hub/store';
import { storeIdOf, writerOf } from '@hub/worker';

import { findRedisServer } from '../redis/index.js';
import { failureOf } from '../terminal/error.js';
import { counted, duration, koreanTime } from '../terminal/numbers.js';
import { padTo } from '../terminal/width.js';
import type { Context } from './context.js';
import { fine, problem, warning, type Finding } from './finding.js';
import { knock } from './knock.js';
import { lockHealth, redisHealth } from './redis-health.js';
import { serviceFindings } from './service-check.js';
import { chooseSettings, isServiceMode } from './settings.js';

/** Flags of `hub doctor`, as typed. */
export interface DoctorFlags {
  readonly db?: string;
  readonly baseUrl?: string;
}

/** `hub doctor`: one line per finding. Changes nothing but the schema of an older store. Returns the exit code. */
export const doctor = async (context: Context, flags: DoctorFlags): Promise<number> => {
  const { screen, env, now } = context;
  const findings: Finding[] = [];
  const tell = (...news: readonly Finding[]): void => {
    findings.push(...news);
    for (const finding of news) screen.say(findingLine(finding));
  };

  if (isServiceMode(env)) {
    tell(...(await serviceFindings(env)));
    return conclude(context, findings);
  }
  const chosen = chooseSettings(env, flags.baseUrl);
  let redisUrl: string | undefined;
  if (!('settings' in chosen)) tell(...chosen.map(({ message, remedy }) => problem('settings', message, remedy)));
  else tell(...(await brokerFindings(chosen.settings)));

  const { REDIS_URL: main, REDIS_URL_GATEKEEPER: gatekeeper } = env;
  if (main && gatekeeper) {
    const health = await redisHealth({ main, gatekeeper });
    tell(...health.findings);
    if (health.mainAnswers) {
      redisUrl = main;
      if ('settings' in chosen) tell(...(await tokenFindings(chosen.settings, now())));
    }
  } else if ('settings' in chosen) {
    tell(fine('redis', 'no URLs are set: all hubs of this user share a private pair, started when it is needed'));
  }
  if ('settings' in chosen && chosen.settings.lockUrls !== undefined) {
    tell(...(await lockHealth(chosen.settings.lockUrls)));
  }
  tell(await binaryFinding(main !== undefined && main !== ''));
  if (flags.db !== undefined) tell(await storeFinding(flags.db, redisUrl));

  return conclude(context, findings);
};

const conclude = ({ screen }: Context, findings: readonly Finding[]): number => {
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  screen.say(
    problems === 0
      ? `No problems, ${counted(warnings, 'warning')}.`
      : `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}.`,
  );
  screen.emit({ ok: problems === 0, problems, warnings, findings });
  return problems === 0 ? 0 : 1;
};

const labels = { ok: 'ok', warning: 'warning', problem: 'PROBLEM' } as const;

const findingLine = ({ check, level, message, remedy }: Finding): string =>
  `${padTo(labels[level], 8, 'left')} ${padTo(check, 17, 'left')} ${message}${remedy === '' ? '' : ` → ${remedy}`}`;

const brokerFindings = async (settings: DirectSettings): Promise<Finding[]> => {
  const used = brokerNames.filter((broker) => settings[broker] !== undefined);
  const findings = await Promise.all(
    used.map(async (broker) => {
      const setUp = settings[broker];
      if (setUp === undefined) return [];
      const { environment, keys, baseUrl } = setUp;
      const ids = keys.map(({ keyId }) => keyId).join(', ');
      const tokens = `tokens ${settings.vaultKey === undefined ? 'in clear' : 'encrypted'} in Redis`;
      return [
        fine(
          'settings',
          `${broker} ${environment}, ${keys.length === 1 ? 'key' : 'keys'} ${ids}, ${baseUrl}, ${tokens}`,
        ),
        await knock(broker, baseUrl),
      ];
    }),
  );
  return findings.flat();
};

const tokenFindings = async (settings: DirectSettings, now: number): Promise<Finding[]> => {
  const findings = await Promise.all(
    brokerNames.map(async (broker) => {
      try {
        const tokens = await tokenStates(settings, broker);
        const keys = tokens.filter(({ purpose }) => purpose === 'rest').length;
        return tokens.map((token) => judgeToken(token, now, { several: keys > 1 }));
      } catch (error) {
        const { code, message, remedy } = failureOf(error);
        return [problem('token', `${broker}: ${code} ${message}`, remedy)];
      }
    }),
  );
  return findings.flat();
};

/** What the shared token is worth at `now`, UTC epoch ms. `several`: the broker has more keys, so this one is named. */
export const judgeToken = (token: TokenState, now: number, { several = false } = {}): Finding => {
  const [broker = '', , keyId = ''] = token.account.split(':');
  const key = several ? `${broker}, key ${keyId}` : broker;
  const whose = token.purpose === 'websocket' ? `${key}, approval key` : key;
  switch (token.state) {
    case 'present': {
      const { issuedAt, expiresAt, issuedBy, generation } = token;
      const history = `issued ${duration(now - issuedAt)} ago by ${issuedBy} (generation ${generation})`;
      if (expiresAt > now) return fine('token', `${whose}: good until ${koreanTime(expiresAt)}, ${history}`);
      return warning(
        'token',
        `${whose}: expired ${koreanTime(expiresAt)}, ${history}`,
        'Nothing to do: the next call renews it.',
      );
    }
    case 'refused':
      return problem(
        'token',
        `${whose}: the broker refused to issue one: ${token.brokerCode} ${token.brokerMessage}`,
        `Check the key pair and the environment: HUB_${broker.toUpperCase()}_APP_KEY and its neighbours.`,
      );
    case 'dead':
      return problem(
        'token',
        `${whose}: the broker hands out a token that it rejects, until ${koreanTime(token.until)}`,
        'Use another key until then; do not revoke tokens as a routine.',
      );
    case 'revoked':
      return fine('token', `${whose}: revoked by hand, the next call asks for one`);
    case 'none':
      return fine('token', `${whose}: none yet, the first call asks for one`);
  }
};

const binaryFinding = async (configured: boolean): Promise<Finding> => {
  try {
    const { command, origin, version } = await findRedisServer({ fetch: false });
    return fine('redis-server', `${command} (${version}, ${origin}) would be used for a private pair`);
  } catch (error) {
    if (configured) return fine('redis-server', 'none on this machine, and none is needed: both URLs are set');
    const { message, remedy } = failureOf(error);
    return warning('redis-server', `${message}; one is fetched when it is needed`, remedy);
  }
};

const storeFinding = async (db: string, redisUrl: string | undefined): Promise<Finding> => {
  if (!existsSync(dirname(resolve(db))))
    return problem('store', `${db}: the folder does not exist`, 'Create it first.');
  if (!existsSync(db)) return fine('store', `${db} is not there yet; it will be created`);
  try {
    const store = await openStore({ path: db });
    const { candles, symbols } = await store.summary();
    await store.close();
    return fine('store', `${db} is free: ${counted(candles, 'bar')} of ${counted(symbols, 'symbol')}`);
  } catch (error) {
    if (isHubError(error) && error.code === 'HUB_STORE_LOCKED' && redisUrl !== undefined) {
      const writer = await writerOf({ redisUrl, storeId: storeIdOf(db) });
      if (writer !== undefined) return fine('store', `${db} is written by pid ${writer.pid}, which takes jobs`);
    }
    const { code, message, remedy } = failureOf(error);
    return problem('store', `${code} ${message}`, remedy);
  }
};
