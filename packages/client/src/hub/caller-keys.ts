import { ConfigInvalid } from '../error/index.js';
import { withKeysFile } from './keys-file.js';
import { variables, withEnvironment, type Env } from './options.js';
import { secretKey } from './settings-schema.js';

/** What a worker checks the tokens of callers with; none where it takes plain labels. The first one signs. */
export const callerKeysOf = (given: {
  readonly callerKey?: Buffer | undefined;
  readonly callerKeyAlso?: Buffer | undefined;
}): readonly Buffer[] => [given.callerKey, given.callerKeyAlso].filter((key) => key !== undefined);

/** The same from the environment or its key file alone, for whoever issues tokens. Throws HUB_CONFIG. */
export const callerKeysIn = (env: Env): readonly Buffer[] => {
  const given = withKeysFile(withEnvironment({}, env), {}, env);
  const keys: Buffer[] = [];
  for (const name of ['callerKey', 'callerKeyAlso'] as const) {
    if (given[name] === undefined) continue;
    const { data, error } = secretKey.safeParse(given[name]);
    if (data === undefined) {
      throw new ConfigInvalid(
        [`${name} (${variables[name] ?? ''}): ${error.issues[0]?.message ?? ''}`],
        'Make one with `openssl rand -hex 32`.',
      );
    }
    keys.push(data);
  }
  return keys;
};
