import { startPrivateRedis } from '@hub/cli/redis';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    redisMain: string;
    redisGatekeeper: string;
  }
}

/** One main and one gatekeeper Redis for a whole test project: those of the environment, or two private servers. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const { REDIS_URL, REDIS_URL_GATEKEEPER } = process.env;
  if (REDIS_URL && REDIS_URL_GATEKEEPER) {
    project.provide('redisMain', REDIS_URL);
    project.provide('redisGatekeeper', REDIS_URL_GATEKEEPER);
    return () => Promise.resolve();
  }
  const pair = await startPrivateRedis({
    isolated: true,
    onProgress: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });
  project.provide('redisMain', pair.mainUrl);
  project.provide('redisGatekeeper', pair.gatekeeperUrl);
  return () => pair.close();
};
