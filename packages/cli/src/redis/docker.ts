import { executableOnPath, serverVersion, type RedisBinary, type Search } from './search.js';
import { runCommand } from './command.js';

// Redis 7.2 is the last release line under the BSD licence; the tag follows its fixes.
const image = 'redis:7.2-alpine';

/** A server in a container of a running engine, pulled once; else why not. */
export const findDockerRedis = async (search: Search): Promise<RedisBinary | string> => {
  const command = executableOnPath('docker', search.env);
  if (command === undefined) return 'no docker on PATH';
  const docker = (args: readonly string[], timeoutMs: number) =>
    runCommand(command, args, { timeoutMs, env: search.env, signal: search.signal });
  if ((await docker(['info'], 10_000)).exitCode !== 0) return 'docker has no running engine';
  if ((await docker(['image', 'inspect', image], 10_000)).exitCode !== 0) {
    search.onProgress(`Redis: pulling the image ${image} (once)…`);
    const pull = await docker(['pull', '-q', image], 180_000);
    if (pull.exitCode !== 0) return `docker could not pull ${image}`;
  }
  const { stdout } = await docker(['run', '--rm', image, 'redis-server', '--version'], 60_000);
  const version = serverVersion(stdout);
  if (version === undefined) return `docker could not run ${image}`;
  return { command, args: ['run', '--rm', '-i', image], env: {}, origin: 'docker', version };
};
