import { readFileSync, statSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

const secretVariables = [
  ...['HUB_KIS_APP_KEY', 'HUB_KIS_APP_SECRET', 'HUB_KIWOOM_APP_KEY', 'HUB_KIWOOM_SECRET_KEY'],
  ...['HUB_VAULT_KEY', 'HUB_VAULT_KEY_ALSO', 'HUB_KIS_ACCOUNT'],
  ...['HUB_CALLER_KEY', 'HUB_CALLER_KEY_ALSO'],
] as const;
/** JSON lists of keys; what is in them is secret, whether it can be read or not. */
const listVariables = ['HUB_KIS_KEYS', 'HUB_KIWOOM_KEYS'] as const;
/** One URL, or several with commas. */
const urlVariables = ['REDIS_URL', 'REDIS_URL_GATEKEEPER', 'HUB_LOCK_URLS'] as const;

/** Shorter ones are no secrets, and hiding them would tear words apart. */
const shortest = 6;

const mask = '***';

// Tokens are not in the settings; this is how the brokers' tokens look on the wire.
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\bBearer\s+[\w.~+/=-]{8,}/gi, `Bearer ${mask}`],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g, mask],
  [/("(?:access_token|approval_key|appkey|appsecret|secretkey)"\s*:\s*")[^"]+/gi, `$1${mask}`],
  [/hub1\.[\w-]{20,}(?:\.[\w-]*)?/g, `hub1.${mask}`],
  [/(\b\w+:\/\/[^\s:/@]*):[^\s@/]+@/g, `$1:${mask}@`],
];

/** A password stands before the host, or (for sockets) among the parameters. */
const passwordsOf = (url: string): string[] => {
  try {
    const { password, searchParams } = new URL(url);
    return [decodeURIComponent(password), searchParams.get('password') ?? ''];
  } catch {
    return [];
  }
};

/** Names and numbers of a list, which are no secrets. */
const listWords: ReadonlySet<string> = new Set([
  ...['appKey', 'appSecret', 'secretKey', 'account', 'newSince'],
  ...['kiwoom', 'vaultKey', 'vaultKeyAlso', 'callerKey', 'callerKeyAlso'],
]);

/** Larger files are refused. */
const largestBytes = 262_144;

/** What the key file says, whether it may be used or not; empty where it cannot be read, or would hold us up. */
const textOf = (path: string): string => {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= largestBytes ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
};

/** Every word of a list: it may be cut or quoted wrongly, so it is not parsed alone. */
const textsIn = (list: string): string[] =>
  [
    list,
    ...[...list.matchAll(/[^\s"',:{}[\]]{6,}/g)].map(([word]) => word),
    ...[...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].flatMap(([quoted, inner = '']) => [inner, parsedText(quoted)]),
  ].filter((text) => !listWords.has(text) && !/^\d{4}-\d{2}-\d{2}$/.test(text));

const parsedText = (quoted: string): string => {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return '';
  }
};

/** An account is written with and without its hyphen, and its number without the product code. */
const formsOf = (secret: string): string[] => {
  const [, number, product] = /^(\d{8})-?(\d{2})$/.exec(secret) ?? [];
  return number === undefined || product === undefined ? [secret] : [`${number}-${product}`, number + product, number];
};

/** The secrets that this process was given, the longest first: one may contain another. */
export const secretsOf = (env: Environment): string[] =>
  [
    ...secretVariables.map((name) => env[name]?.trim() ?? ''),
    ...listVariables.flatMap((name) => textsIn(env[name]?.trim() ?? '')),
    ...textsIn(textOf(env.HUB_KEYS_FILE ?? '')),
    ...urlVariables.flatMap((name) => (env[name] ?? '').split(',').flatMap((url) => passwordsOf(url.trim()))),
  ]
    .flatMap(formsOf)
    .filter((secret) => secret.length >= shortest)
    .sort((a, b) => b.length - a.length);

/** The last guard before the screen: nothing upstream prints secrets, and if it does, it is hidden here. */
export const redactor =
  (secrets: readonly string[], shown: readonly string[] = []) =>
  (text: string): string => {
    const [first, ...others] = shown.filter((each) => text.includes(each));
    if (first !== undefined) return text.split(first).map(redactor(secrets, others)).join(first);
    const known = secrets
      .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      .reduce((result, secret) => result.replaceAll(secret, mask), text);
    return patterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), known);
  };
