import { duration } from '../terminal/numbers.js';
import { failureOf } from '../terminal/error.js';
import { fine, problem, warning, type Finding } from './finding.js';
import { probe, usingRedis, type RedisUrls } from './redis-servers.js';

/** What one server says about itself. */
export interface RedisFacts {
  readonly version: string;
  readonly runId: string;
  /** `maxmemory-policy`; empty when the server does not let us ask. */
  readonly eviction: string;
  readonly appendOnly: boolean;
  /** Its clock minus ours, ms, half a round trip taken off. */
  readonly skewMs: number;
}

type Role = 'main' | 'gatekeeper';

const readFacts = (role: Role, url: string): Promise<RedisFacts> =>
  usingRedis(role, url, async (redis) => {
    await probe(redis);
    const info = await redis.info();
    const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
    const before = Date.now();
    const [seconds, micros] = await redis.time();
    const ours = (before + Date.now()) / 2;
    return {
      version: field('redis_version'),
      runId: field('run_id'),
      eviction: field('maxmemory_policy'),
      appendOnly: field('aof_enabled') === '1',
      skewMs: Number(seconds) * 1_000 + Number(micros) / 1_000 - ours,
    };
  });

/** Only Redis TIME counts between processes; ours says when a token ends and which day it is. */
const noticeableSkewMs = 2_000;

/** Findings about one server that answers. */
export const judgeRedis = (role: Role, facts: RedisFacts): Finding[] => {
  const check = `redis ${role}`;
  const skewed = Math.abs(facts.skewMs) > noticeableSkewMs;
  const clock = skewed ? '' : `, its clock within ${Math.ceil(Math.abs(facts.skewMs))} ms of ours`;
  const findings = [fine(check, `answers, version ${facts.version}${clock}`)];
  if (facts.eviction !== 'noeviction') {
    const remedy = 'Set maxmemory-policy noeviction: an evicted key is a lost quota, token or job.';
    findings.push(problem(check, `maxmemory-policy is ${facts.eviction || 'unknown'}`, remedy));
  }
  if (role === 'main' && !facts.appendOnly) {
    const remedy = 'Set appendonly yes on a server that has to survive a restart with its queues.';
    findings.push(warning(check, 'keeps nothing on disk (appendonly no)', remedy));
  }
  if (skewed) {
    const direction = facts.skewMs > 0 ? 'ahead of' : 'behind';
    const message = `its clock is ${duration(Math.abs(facts.skewMs))} ${direction} ours`;
    findings.push(warning(check, message, 'Synchronise the clocks of both machines (NTP).'));
  }
  return findings;
};

/** Both servers, and whether they are two. */
export const redisHealth = async (urls: RedisUrls): Promise<{ findings: Finding[]; mainAnswers: boolean }> => {
  const [main, gatekeeper] = await Promise.allSettled([
    readFacts('main', urls.main),
    readFacts('gatekeeper', urls.gatekeeper),
  ]);
  const findings = [...judged('main', main), ...judged('gatekeeper', gatekeeper)];
  if (main.status === 'fulfilled' && gatekeeper.status === 'fulfilled' && main.value.runId === gatekeeper.value.runId) {
    const remedy = 'Run them apart: queues and tokens want a disk, the ledger wants a server that is never busy.';
    findings.push(warning('redis', 'both URLs lead to the same server', remedy));
  }
  return { findings, mainAnswers: main.status === 'fulfilled' };
};

const judged = (role: Role, facts: PromiseSettledResult<RedisFacts>): Finding[] => {
  if (facts.status === 'fulfilled') return judgeRedis(role, facts.value);
  const { code, message, remedy } = failureOf(facts.reason);
  return [problem(`redis ${role}`, `${code} ${message}`, remedy)];
};

/** The servers that vote on who asks for a token: a majority has to answer. */
export const lockHealth = async (urls: readonly string[]): Promise<Finding[]> => {
  const answers = await Promise.allSettled(urls.map((url) => usingRedis('lock', url, probe)));
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [failureOf(answer.reason)] : []));
  const answering = `${urls.length - failures.length} of ${urls.length} servers answer`;
  if (failures.length === 0) return [fine('redis lock', answering)];
  const few = failures.length * 2 > urls.length;
  return failures.map(({ code, message, remedy }) =>
    (few ? problem : warning)('redis lock', `${answering}: ${code} ${message}`, remedy),
  );
};
