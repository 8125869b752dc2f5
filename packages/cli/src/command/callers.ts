import { callerKeysIn, type Priority } from '@hub/client';
import { isAllowable, issueCallerToken, readCallerToken, usualClasses, type CallerClaims } from '@hub/client/service';

import { UsageInvalid, wrongUsage } from '../error/index.js';
import { koreanTime } from '../terminal/numbers.js';
import type { Context } from './context.js';

/** Flags of `hub callers issue`, as typed. */
export interface IssueFlags {
  readonly allow?: string;
  readonly classes?: string;
  readonly share?: string;
  readonly days: string;
}

const dayMs = 86_400_000;
const mostDays = 3_660;
const classes: readonly Priority[] = ['order', ...usualClasses];
const remedy = '`hub callers issue --help` explains every option.';

const listed = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  ),
];

const isClass = (name: string): name is Priority => (classes as readonly string[]).includes(name);

/** What is to be signed, at `now` (UTC epoch ms). Throws one UsageInvalid that lists everything that is wrong. */
export const claimsOf = (name: string | undefined, flags: IssueFlags, now: number): CallerClaims => {
  const problems: string[] = [];
  if (name === undefined || !/^[A-Za-z0-9][\w.-]{0,47}$/.test(name)) {
    problems.push('the name must be 1 to 48 letters, digits, dots, hyphens and underscores');
  }
  const allow = listed(flags.allow ?? '*');
  if (allow.length === 0) problems.push('--allow names nothing');
  for (const each of allow) {
    if (!isAllowable(each)) problems.push(`--allow ${each}: there is no such operation, and it is no TR`);
  }
  const wanted = flags.classes === undefined ? [...usualClasses] : listed(flags.classes);
  if (wanted.length === 0) problems.push('--classes names none');
  for (const each of wanted) if (!isClass(each)) problems.push(`--classes ${each}: known are ${classes.join(', ')}`);
  const share = flags.share === undefined ? undefined : Number(flags.share);
  if (share !== undefined && !(share > 0 && share <= 1)) problems.push('--share must be above 0 and at most 1');
  const days = Number(flags.days);
  if (!(days > 0 && days <= mostDays)) problems.push(`--days must be above 0 and at most ${String(mostDays)}`);
  if (problems.length > 0 || name === undefined) {
    throw new UsageInvalid(problems.map((message) => ({ code: 'HUB_USAGE', message, remedy })));
  }
  return {
    ...{ name, allow, classes: wanted.filter(isClass) },
    ...(share === undefined ? {} : { share }),
    until: Math.floor((now + days * dayMs) / 1_000),
  };
};

/** `hub callers issue`: a token for a program without keys. Opens nothing but the key file. */
export const issueCaller = ({ screen, env, now }: Context, name: string | undefined, flags: IssueFlags): void => {
  const claims = claimsOf(name, flags, now());
  const [key] = callerKeysIn(env);
  if (key === undefined) {
    const message = 'HUB_CALLER_KEY is not set: tokens are signed with it';
    const make =
      'Draw one with `openssl rand -hex 32`, and give it to the workers as well; it may stand in HUB_KEYS_FILE.';
    throw new UsageInvalid([{ code: 'HUB_CONFIG', message, remedy: make }]);
  }
  const token = issueCallerToken(claims, key);
  const shown = screen.showing(token);
  shown.emit({ token, ...claims });
  if (screen.json) return;
  for (const line of linesOf(claims)) screen.note(line);
  shown.say(token);
};

/** `hub callers show`: what a token says. Its signature is checked where the key is. */
export const showCaller = ({ screen, env, now }: Context, given: string | undefined): void => {
  const keys = callerKeysIn(env);
  const read = readCallerToken(given ?? env.HUB_CALLER ?? '', keys);
  if (read === undefined) {
    throw wrongUsage('this is no token of a caller', 'Copy it whole: `hub callers issue` prints one line.');
  }
  const { claims, signed } = read;
  const expired = now() >= claims.until * 1_000;
  const proof = keys.length === 0 ? 'unknown' : signed ? 'good' : 'wrong';
  screen.emit({ ...claims, expired, signature: proof });
  if (screen.json) return;
  for (const line of linesOf(claims)) screen.say(line);
  if (expired) screen.say('it has expired');
  screen.say(
    {
      unknown: 'signature: not checked, HUB_CALLER_KEY is not set here',
      good: 'signature: good',
      wrong: 'signature: not of the key that is set here',
    }[proof],
  );
};

const linesOf = ({ name, allow, classes: allowed, share, until }: CallerClaims): string[] => [
  `caller: ${name}`,
  `may call: ${allow.join(', ').replace(/^\*$/, 'everything in the catalogue')}${allowed.includes('order') ? '' : ', no orders'}`,
  `classes: ${allowed.join(', ')}`,
  `share of each limit: ${share === undefined ? 'as its turns come' : `at most ${String(Math.round(share * 1_000) / 10)} %`}`,
  `good until: ${koreanTime(until * 1_000)}`,
];
