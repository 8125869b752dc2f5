/** No server binary could be found or fetched. `installLine` is the one line to type on this operating system. */
export class RedisNotFound extends Error {
  readonly code = 'HUB_REDIS_NOT_FOUND';
  override readonly name = 'RedisNotFound';

  readonly remedy: string;

  /** @param tried what was looked at, in order, each with its outcome */
  constructor(
    readonly installLine: string,
    readonly tried: readonly string[],
  ) {
    super(`[hub] no Redis server on this machine: ${tried.join('; ')}`);
    this.remedy = `Run: ${installLine} – or set REDIS_URL and REDIS_URL_GATEKEEPER.`;
  }
}

/** A binary is there, but the pair did not come up. The message ends with what the server said. */
export class RedisStartFailed extends Error {
  readonly code = 'HUB_REDIS_START_FAILED';
  override readonly name = 'RedisStartFailed';

  constructor(
    readonly reason: string,
    readonly remedy = 'Start two servers yourself and set REDIS_URL and REDIS_URL_GATEKEEPER.',
    options?: ErrorOptions,
  ) {
    super(`[hub] the private Redis pair did not start: ${reason}`, options);
  }
}
