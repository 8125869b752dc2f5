import { withoutPasswords } from '../error/redis.js';

/** Shorter ones are no secrets, and hiding them would tear words apart. */
const shortest = 6;

/** How a secret may stand in a text: as it is, in JSON with escaped slashes, in a query. */
const formsOf = (secret: string): string[] => [
  secret,
  secret.replaceAll('/', String.raw`\/`),
  encodeURIComponent(secret),
];

/** Hides secrets in what somebody else wrote: a gateway may echo the headers that it was sent. */
export const masking = (secrets: readonly string[]): ((text: string) => string) => {
  const forms = secrets
    .filter((secret) => secret.length >= shortest)
    .sort((one, other) => other.length - one.length)
    .flatMap(formsOf);
  const all = [...new Set(forms)];
  return (text) =>
    all.reduce((hidden, form) => (hidden.includes(form) ? hidden.replaceAll(form, '***') : hidden), text);
};

/** For one text. */
export const masked = (text: string, secrets: readonly string[]): string => masking(secrets)(text);

/** An account number is 8 + 2 digits at KIS and 8 or 10 at Kiwoom; both write it with and without a hyphen. */
const formsOfAccount = (account: string): string[] => {
  const digits = account.replaceAll('-', '');
  const [number, product] = [digits.slice(0, 8), digits.slice(8)];
  return product === '' ? [number] : [`${number}-${product}`, digits, number];
};

/** A number that a broker calls an account (계좌번호 12345678-01), whether or not it is one of ours. */
const calledAccount = /(계좌(?:번호)?[^\d\n]{0,10})\d(?:-?\d){7,11}/g;

/** What opens something, by its name: a gateway may echo a head that we do not know the token of. */
const bearer = /(bearer\s+)[\w.~+/-]{6,}=*/gi;

/** Proves who a caller is, as `hub callers issue` makes it; the part before the signature names nobody's secret but looks like one. */
const callerToken = /hub1\.[\w-]{20,}(?:\.[\w-]*)?/g;

/** Hides account numbers in words that go into errors and records: those that are given, and those that call themselves so. */
export const withoutAccounts = (text: string, accounts: readonly string[]): string =>
  masked(text, accounts.flatMap(formsOfAccount)).replaceAll(calledAccount, '$1***');

/** What hides all secrets and accounts of a hub, and the passwords of its Redis URLs, in a text, wherever it comes from. */
export const redaction =
  (secrets: readonly string[], accounts: readonly string[], redisUrls: readonly string[] = []) =>
  (text: string): string =>
    withoutPasswords(withoutAccounts(masked(text, secrets), accounts), redisUrls)
      .replaceAll(bearer, '$1***')
      .replaceAll(callerToken, 'hub1.***');

/** Names that the brokers have for an account: CANO, ACNT_NO, acnt_no … */
const accountParam = /cano|acnt|acct/i;

/** Account numbers among the parameters of a call; the two digits of a product code alone are none. */
export const accountsIn = (params: Readonly<Record<string, string>>): string[] =>
  Object.entries(params)
    .filter(([name, value]) => accountParam.test(name) && /^\d[\d-]{7,}$/.test(value))
    .map(([, value]) => value);
