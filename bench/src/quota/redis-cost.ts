import { Redis } from 'ioredis';

/** Calls per command so far. */
type CommandCounts = ReadonlyMap<string, number>;

export interface RedisCost {
  /** Commands that processes sent: each is a way there and back. */
  readonly sent: number;
  /** Commands that scripts made on the server. */
  readonly inScripts: number;
  readonly byCommand: Readonly<Record<string, number>>;
}

/** What clients send themselves; scripts, here, make everything else. */
const sentByClients =
  /^(evalsha|eval|fcall|ping|s?subscribe|psubscribe|s?unsubscribe|hello|auth|select|info|client.*|script.*|config.*|command.*|b\w+pop\w*|bl?move)$/;

export interface RedisMeter {
  counts(): Promise<CommandCounts>;
  close(): void;
}

export const redisMeter = (url: string): RedisMeter => {
  const redis = new Redis(url);
  return {
    counts: async () => {
      const text = await redis.info('commandstats');
      return new Map([...text.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)].map(([, name = '', n]) => [name, Number(n)]));
    },
    close: () => {
      redis.disconnect();
    },
  };
};

/** Between two counts, less the one INFO of the meter itself that lies between them. */
export const costBetween = (before: CommandCounts, after: CommandCounts): RedisCost => {
  const byCommand: Record<string, number> = {};
  let sent = 0;
  let inScripts = 0;
  for (const [name, count] of after) {
    const calls = count - (before.get(name) ?? 0) - (name === 'info' ? 1 : 0);
    if (calls <= 0) continue;
    byCommand[name] = calls;
    if (sentByClients.test(name)) sent += calls;
    else inScripts += calls;
  }
  return { sent, inScripts, byCommand };
};
