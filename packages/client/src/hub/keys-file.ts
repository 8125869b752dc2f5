import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { brokerNames } from '../broker/contract.js';
import { ConfigInvalid } from '../error/index.js';
import { variables, type Env, type Given, type HubOptions } from './options.js';

/** Hundreds of keys fit in; what is larger is some other file. */
const largestBytes = 262_144;

/** What a key is made of, by broker; the file holds nothing else of a broker. */
const brokerFields = {
  kis: ['appKey', 'appSecret', 'account', 'newSince', 'keys'],
  kiwoom: ['appKey', 'secretKey', 'keys'],
} as const;

/** Secrets beside the keys, which belong into the same file. */
const otherSecrets = ['vaultKey', 'vaultKeyAlso', 'callerKey', 'callerKeyAlso'] as const;

type Contents = Readonly<Record<string, unknown>>;

/**
 * Settings with the secrets of the key file in the gaps that the options leave. Secrets in the environment beside it are a
 * mistake: nobody could tell which of the two are in force. Reads one file; throws HUB_CONFIG.
 */
export const withKeysFile = (given: Given, options: HubOptions, env: Env): Given => {
  const { keysFile, ...rest } = given;
  if (keysFile === undefined) return given;
  if (typeof keysFile !== 'string') throw refused('must be the path of a file');
  const contents = contentsOf(keysFile, env);
  const result: Record<string, unknown> = { ...rest };
  const doubled: string[] = [];
  const beside = (path: string): void => {
    const variable = variables[path] ?? '';
    if (isSet(env[variable])) doubled.push(`${variable} is set beside ${label}, which has the same: give it once`);
  };
  for (const broker of brokerNames) {
    const section = contents[broker];
    const own: Contents = { ...options[broker] };
    // Who gives keys in the program means those.
    if (!isRecord(section) || brokerFields[broker].some((name) => own[name] !== undefined)) continue;
    for (const name of brokerFields[broker]) beside(`${broker}.${name}`);
    result[broker] = { ...given[broker], ...section };
  }
  for (const name of otherSecrets) {
    if (contents[name] === undefined || options[name] !== undefined) continue;
    beside(name);
    result[name] = contents[name];
  }
  if (doubled.length > 0) throw new ConfigInvalid(doubled, `Take it out of the environment, or out of ${keysFile}.`);
  return result as Given;
};

const label = 'keysFile (HUB_KEYS_FILE)';

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

const refused = (...problems: readonly string[]): ConfigInvalid =>
  new ConfigInvalid(
    problems.map((problem) => `${label}: ${problem}`),
    'The key file opens an account at a broker: it belongs to the user of the worker, and to nobody else.',
  );

const isRecord = (value: unknown): value is Contents =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names that are unknown are not quoted: a secret may have landed in their place. */
const contentsOf = (path: string, env: Env): Contents => {
  const contents = parsed(textOf(path, env));
  if (!isRecord(contents)) {
    throw refused(`${path} must be a JSON object like {"kis": {"appKey": "…", "appSecret": "…"}}`);
  }
  const names: readonly string[] = [...brokerNames, ...otherSecrets];
  const problems: string[] = [];
  if (Object.keys(contents).some((name) => !names.includes(name))) {
    problems.push(`${path} has a name that means nothing here; it may have ${names.join(', ')}`);
  }
  for (const broker of brokerNames) {
    const section = contents[broker];
    if (section === undefined) continue;
    const fields: readonly string[] = brokerFields[broker];
    if (!isRecord(section)) problems.push(`${broker} in ${path} must be an object`);
    else if (Object.keys(section).some((name) => !fields.includes(name))) {
      problems.push(`${broker} in ${path} has a field that no key has; it may have ${fields.join(', ')}`);
    }
  }
  if (!names.some((name) => contents[name] !== undefined)) problems.push(`${path} holds no keys`);
  if (problems.length > 0) throw refused(...problems);
  return contents;
};

/** The words of the parser would quote what it read. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Judges what it has open, so that nobody can change the file between the look and the read. */
const textOf = (path: string, env: Env): string => {
  // A pipe without a writer must not hold us.
  const file = unlessFailed(path, () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const found = fstatSync(file);
    const { uid, gid, mode, size } = found;
    // No user: the system has none of this kind.
    const flaw = flawOf({ path, isFile: found.isFile(), uid, gid, mode, size }, process.getuid?.(), env);
    if (flaw !== undefined) throw refused(flaw);
    const bytes = Buffer.alloc(found.size);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      read = unlessFailed(path, () => readSync(file, bytes, length, bytes.length - length, length));
    }
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
};

const unlessFailed = <T>(path: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw refused(`${path} cannot be read: ${reasonOf(error)}`);
  }
};

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this process may not read it; run it as the owner of the file',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
};

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return reasons[code] ?? code;
};

/** A file as it was found. */
interface Found extends Pick<Stats, 'uid' | 'gid' | 'mode' | 'size'> {
  readonly path: string;
  readonly isFile: boolean;
}

/** Why a file may not hold keys for a process of the user `self`, and what to type; undefined: it may. */
export const flawOf = (found: Found, self: number | undefined, env: Env): string | undefined => {
  const { path } = found;
  if (!found.isFile) return `${path} is no regular file`;
  const mode = `mode 0${(found.mode & 0o7777).toString(8).padStart(3, '0')}`;
  if (self !== undefined && found.uid !== self && found.uid !== 0) {
    const words = `${path} belongs to user ${String(found.uid)}, and this process runs as ${String(self)}`;
    return `${words}: type  chown ${String(self)} ${quoted(path)} && chmod 600 ${quoted(path)}`;
  }
  if (self !== undefined && (found.mode & 0o077) !== 0 && !isCredential(found, env)) {
    return `others than its owner may use ${path} (${mode}): type  chmod 600 ${quoted(path)}`;
  }
  return found.size > largestBytes ? `${path} is too large for a key file (${String(found.size)} bytes)` : undefined;
};

/**
 * systemd lends a credential to the user of a unit by an access list, which shows as the right of the group to read. Its
 * folder is the unit's alone.
 */
const isCredential = ({ path, uid, gid, mode }: Found, { CREDENTIALS_DIRECTORY: folder }: Env): boolean =>
  isSet(folder) && dirname(resolve(path)) === folder && uid === 0 && gid === 0 && (mode & 0o037) === 0;

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
